//! What tiebreak costs beside a bare SQLite on the same disk: `cargo bench`.
//!
//! Each pair is measured in turns, and the ratio of the medians is printed; bare seconds say more
//! about the machine than about the program.

use std::{
    fmt::Write,
    path::Path,
    time::{Duration, Instant},
};

use rusqlite::{Connection, params};
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

        let rows = rows(&folder.join(format!("import-{round}")))?;
        let mut bare = Connection::open(folder.join(format!("bare-{round}")))?;
        bare.execute_batch(
            "CREATE TABLE episode (key TEXT NOT NULL UNIQUE, name TEXT, description TEXT) STRICT;
             CREATE TABLE evidence (episode INTEGER, label TEXT, quote TEXT, context TEXT) STRICT;",
        )?;
        let start = Instant::now();
        let transaction = bare.transaction()?;
        {
            let mut episode = transaction.prepare("INSERT INTO episode VALUES (?1, ?2, ?3)")?;
            let mut evidence =
                transaction.prepare("INSERT INTO evidence VALUES (?1, ?2, ?3, ?4)")?;
            for (number, [key, name, description], quotes) in &rows {
                episode.execute(params![key, name, description])?;
                for [label, quote, context] in quotes {
                    evidence.execute(params![number, label, quote, context])?;
                }
            }
        }
        transaction.commit()?;
        times[1].push(start.elapsed());
    }
    report(
        "import of 16,118 episodes / bare inserts of the same rows",
        times,
    );
    Ok(())
}

type Row = (i64, [String; 3], Vec<[String; 3]>);

/// The rows of an imported study, in memory.
fn rows(path: &Path) -> Outcome<Vec<Row>> {
    let study = Connection::open(path)?;
    let mut episodes =
        study.prepare("SELECT number, key, name, description FROM episode ORDER BY number")?;
    let mut quotes =
        study.prepare("SELECT label, quote, context FROM evidence WHERE episode = ?1")?;
    let found = episodes.query_map([], |row| {
        Ok((
            row.get::<_, i64>(0)?,
            [row.get(1)?, row.get(2)?, row.get(3)?],
        ))
    })?;
    let mut rows = Vec::new();
    for episode in found {
        let (number, texts) = episode?;
        let evidence =
            quotes.query_map([number], |row| Ok([row.get(0)?, row.get(1)?, row.get(2)?]))?;
        rows.push((number, texts, evidence.collect::<Result<_, _>>()?));
    }
    Ok(rows)
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
