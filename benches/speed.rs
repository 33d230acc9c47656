//! What tiebreak costs beside a bare SQLite on the same disk: `cargo bench`.
//!
//! Each pair is measured in turns, and the ratio of the medians is printed; bare seconds say more
//! about the machine than about the program.

use std::{
    fmt::Write,
    path::Path,
    time::{Duration, Instant},
};

use rusqlite::{Connection, params_from_iter, types::Value};
use tiebreak::{
    domain::{ids::UnitKey, label::Content},
    workflow::{
        SHIPPED, Study,
        annotate::Change,
        import::{Options, What},
        sample::Plan,
        system_clock,
    },
};

const EPISODES: usize = 16_118;
const ROUNDS: usize = 7;

type Outcome<T = ()> = Result<T, Box<dyn std::error::Error>>;

fn main() -> Outcome {
    // `cargo test --benches` asks every benchmark to run; there is nothing to test here.
    if std::env::args().any(|word| word == "--test") {
        return Ok(());
    }
    let folder = tempfile::tempdir_in(".")?;
    import(folder.path())?;
    keys(folder.path())
}

fn study(path: &Path) -> Outcome<Study> {
    let codebooks = SHIPPED.map(|(name, toml)| (name.to_owned(), toml.to_owned()));
    Ok(Study::create(path, &codebooks, system_clock)?)
}

fn records() -> String {
    let mut text = String::new();
    for place in 0..EPISODES {
        let (session, id) = (place / 3, place % 3);
        let filler = "The developer asked for one thing and the agent did another. ".repeat(9);
        let quotes: Vec<String> = (1..=3)
            .map(|turn| {
                format!(
                    r#"{{"turn":"TURN {turn} | USER","quote":"No, I asked for {place} and not for {turn}, please read it again.","context":"The developer says so."}}"#
                )
            })
            .collect();
        let quotes = quotes.join(",");
        // Writing to a text cannot fail.
        writeln!(
            text,
            r#"{{"session":"s-{session}","id":"M{id}","name":"Episode {place}","description":"{filler}","alignment_goal":"intention","evidence":[{quotes}],"confidence":"high"}}"#
        )
        .ok();
    }
    text
}

/// An import of episodes beside inserts of the same rows that are in memory already.
fn import(folder: &Path) -> Outcome {
    let text = records();
    let mut times = [Vec::new(), Vec::new()];
    for round in 0..ROUNDS {
        let mut study = study(&folder.join(format!("import-{round}")))?;
        let start = Instant::now();
        let report =
            study.import_text(What::Episodes, "episodes.jsonl", &text, &Options::default())?;
        times[0].push(start.elapsed());
        assert_eq!(report.new, EPISODES);

        let imported = Tables::read(&folder.join(format!("import-{round}")))?;
        let mut bare = Connection::open(folder.join(format!("bare-{round}")))?;
        bare.execute_batch(&imported.schema)?;
        let start = Instant::now();
        imported.insert(&mut bare)?;
        times[1].push(start.elapsed());
    }
    report(
        "import of 16,118 episodes / bare inserts of the same rows",
        times,
    );
    Ok(())
}

/// What an import of episodes leaves in a study, in memory.
struct Tables {
    schema: String,
    /// For each table how a row is inserted, and the rows.
    rows: Vec<(String, Vec<Vec<Value>>)>,
}

impl Tables {
    fn read(path: &Path) -> Outcome<Self> {
        let study = Connection::open(path)?;
        let mut schema = String::new();
        let mut rows = Vec::new();
        for table in ["session", "episode", "evidence"] {
            let mut statement = study
                .prepare("SELECT sql FROM sqlite_master WHERE tbl_name = ?1 AND sql NOT NULL")?;
            for sql in statement.query_map([table], |row| row.get::<_, String>(0))? {
                schema += &sql?;
                schema += ";";
            }
            let mut statement = study.prepare(&format!("SELECT * FROM {table}"))?;
            let columns = statement.column_count();
            let insert = format!(
                "INSERT INTO {table} VALUES ({})",
                vec!["?"; columns].join(", ")
            );
            let found = statement.query_map([], |row| {
                (0..columns).map(|column| row.get(column)).collect()
            })?;
            rows.push((insert, found.collect::<Result<_, _>>()?));
        }
        Ok(Self { schema, rows })
    }

    fn insert(&self, into: &mut Connection) -> Outcome {
        let transaction = into.transaction()?;
        for (insert, rows) in &self.rows {
            let mut statement = transaction.prepare(insert)?;
            for row in rows {
                statement.execute(params_from_iter(row))?;
            }
        }
        Ok(transaction.commit()?)
    }
}

/// A key that changes an answer beside a bare commit that reaches the disk.
fn keys(folder: &Path) -> Outcome {
    let mut study = study(&folder.join("keys"))?;
    study.import_text(
        What::Episodes,
        "episodes.jsonl",
        &records(),
        &Options::default(),
    )?;
    let unit = UnitKey::from("s-0#M0");
    let plan = Plan {
        name: "round-1".into(),
        task: "misalignment".into(),
        annotators: vec!["ana".into()],
        units: Some(vec![unit.clone()]),
        ..Plan::default()
    };
    study.sample(&plan)?;
    let desk = study.desk("round-1", "ana")?;
    let bare = Connection::open(folder.join("bare-keys"))?;
    bare.execute_batch("PRAGMA synchronous = FULL; CREATE TABLE answer (value TEXT) STRICT;")?;
    let mut times = [Vec::new(), Vec::new()];
    for place in 0..300 {
        let content = Content {
            note: Some(format!("note {place}")),
            ..Content::default()
        };
        let start = Instant::now();
        study.edit(&desk, &unit, &content, Change::Key, 0.1)?;
        times[0].push(start.elapsed());
        let start = Instant::now();
        bare.execute("INSERT INTO answer VALUES (?1)", [format!("note {place}")])?;
        times[1].push(start.elapsed());
    }
    report("change of an answer / bare commit of one row", times);
    Ok(())
}

fn report(what: &str, times: [Vec<Duration>; 2]) {
    let [ours, bare] = times.map(|mut times| {
        times.sort();
        times[times.len() / 2].as_secs_f64()
    });
    println!(
        "{what}: {:.2} ({:.2} ms / {:.2} ms)",
        ours / bare,
        1e3 * ours,
        1e3 * bare
    );
}
