//! What tiebreak costs beside a bare SQLite on the same disk: `cargo bench`.
//!
//! Each pair is measured in turns, and the ratio of the medians is printed; bare seconds say more
//! about the machine than about the program.

use std::{
    fmt::Write,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use rusqlite::{Connection, params_from_iter, types::Value};
use tiebreak::{
    domain::{ids::UnitKey, label::Content},
    formats::logs::{Nothing, Source, recognise},
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
    reading()?;
    let folder = tempfile::tempdir_in(".")?;
    import(folder.path())?;
    sessions(folder.path())?;
    keys(folder.path())
}

/// How fast each kind of log is read, in MB a second on one thread: 20 MB that look like a day's
/// work, with prose, code and what tools printed.
fn reading() -> Outcome {
    for (name, path, text) in logs()? {
        let path = Path::new(path);
        let source = Source {
            path,
            text: &text,
            around: &Nothing,
        };
        let format = recognise(&source).ok_or("not recognised")?;
        let mut times = Vec::new();
        let mut turns = 0;
        for _ in 0..ROUNDS {
            let start = Instant::now();
            let logs = format.read(&source).map_err(|why| format!("{why:?}"))?;
            times.push(start.elapsed());
            turns = logs.iter().map(|log| log.session.turns.len()).sum();
        }
        times.sort();
        let seconds = times[times.len() / 2].as_secs_f64();
        let speed = text.len() as f64 / 1e6 / seconds;
        println!("reading {name}: {speed:.0} MB/s ({turns} turns)");
    }
    Ok(())
}

fn logs() -> Outcome<Vec<(&'static str, &'static str, String)>> {
    let prose =
        "The parser reads «x» — 好 — and says what it found there, \"so\" it seems.\n".repeat(12);
    let output =
        "    let found = lines.iter().filter(|line| !line.is_empty());\t// \"kept\"\n".repeat(60);
    let [said, ask, printed] = [
        &prose,
        "Please read it again, I asked for another thing.",
        &output,
    ]
    .map(|text| serde_json::Value::from(text).to_string());
    let line = |round: usize, rows: &[String]| {
        let mut text = String::new();
        for row in rows {
            text += &row.replace("{round}", &round.to_string());
            text.push('\n');
        }
        text
    };
    let at = r#""timestamp":"2026-02-10T10:00:00.000Z""#;
    let kinds: [(&str, &str, String, Vec<String>); 6] = [
        (
            "Claude Code",
            "s.jsonl",
            String::new(),
            vec![
                format!(
                    r#"{{"type":"user","uuid":"u{{round}}","parentUuid":"p{{round}}","sessionId":"s",{at},"cwd":"/p","message":{{"role":"user","content":{ask}}}}}"#
                ),
                format!(
                    r#"{{"type":"assistant","uuid":"a{{round}}","parentUuid":"u{{round}}","sessionId":"s",{at},"message":{{"id":"m","model":"x","role":"assistant","content":[{{"type":"text","text":{said}}}]}}}}"#
                ),
                format!(
                    r#"{{"type":"assistant","uuid":"b{{round}}","parentUuid":"a{{round}}","sessionId":"s",{at},"message":{{"id":"m","model":"x","role":"assistant","content":[{{"type":"tool_use","id":"t{{round}}","name":"Bash","input":{{"command":"cat src/lib.rs","timeout":5}}}}]}}}}"#
                ),
                format!(
                    r#"{{"type":"user","uuid":"c{{round}}","parentUuid":"b{{round}}","sessionId":"s",{at},"toolUseResult":{{"stdout":{printed}}},"message":{{"role":"user","content":[{{"type":"tool_result","tool_use_id":"t{{round}}","content":{printed}}}]}}}}"#
                ),
            ],
        ),
        (
            "Codex",
            "rollout-s.jsonl",
            format!(
                r#"{{{at},"type":"session_meta","payload":{{"id":"s"}}}}{}"#,
                "\n"
            ),
            vec![
                format!(
                    r#"{{{at},"type":"event_msg","payload":{{"type":"user_message","message":{ask}}}}}"#
                ),
                format!(
                    r#"{{{at},"type":"response_item","payload":{{"type":"message","role":"user","content":[{{"type":"input_text","text":{ask}}}]}}}}"#
                ),
                format!(
                    r#"{{{at},"type":"response_item","payload":{{"type":"message","role":"assistant","content":[{{"type":"output_text","text":{said}}}]}}}}"#
                ),
                format!(
                    r#"{{{at},"type":"event_msg","payload":{{"type":"agent_message","message":{said}}}}}"#
                ),
                format!(
                    r#"{{{at},"type":"response_item","payload":{{"type":"function_call","name":"shell","call_id":"c{{round}}","arguments":"{{\"command\":[\"ls\"]}}"}}}}"#
                ),
                format!(
                    r#"{{{at},"type":"response_item","payload":{{"type":"function_call_output","call_id":"c{{round}}","output":{printed}}}}}"#
                ),
            ],
        ),
        (
            "Copilot CLI",
            "s.jsonl",
            format!(
                r#"{{"type":"session.start","data":{{"sessionId":"s"}},{at}}}{}"#,
                "\n"
            ),
            vec![
                format!(
                    r#"{{"type":"user.message","data":{{"content":{ask},"transformedContent":{ask}}},{at}}}"#
                ),
                format!(
                    r#"{{"type":"assistant.message","data":{{"content":{said},"toolRequests":[{{"toolCallId":"c{{round}}","name":"shell","arguments":{{"command":"ls"}}}}]}},{at}}}"#
                ),
                format!(
                    r#"{{"type":"tool.execution_complete","data":{{"toolCallId":"c{{round}}","success":true,"result":{{"content":{printed}}}}},{at}}}"#
                ),
            ],
        ),
        (
            "Gemini CLI",
            "s.jsonl",
            format!(
                r#"{{"sessionId":"s","projectHash":"p","startTime":"2026-02-10T10:00:00Z","kind":"main"}}{}"#,
                "\n"
            ),
            vec![
                format!(r#"{{"id":"u{{round}}",{at},"type":"user","content":[{{"text":{ask}}}]}}"#),
                format!(
                    r#"{{"id":"a{{round}}",{at},"type":"gemini","content":{said},"toolCalls":[{{"id":"t","name":"shell","args":{{"command":"ls"}},"result":[{{"functionResponse":{{"response":{{"output":{printed}}}}}}}]}}]}}"#
                ),
            ],
        ),
        (
            "Cursor CLI",
            "s.jsonl",
            String::new(),
            vec![
                format!(
                    r#"{{"role":"user","message":{{"content":[{{"type":"text","text":{ask}}}]}}}}"#
                ),
                format!(
                    r#"{{"role":"assistant","message":{{"content":[{{"type":"text","text":{said}}},{{"type":"tool_use","name":"Write","input":{{"path":"a.rs","text":{printed}}}}}]}}}}"#
                ),
            ],
        ),
        (
            "SWE-chat",
            "t.jsonl",
            String::new(),
            vec![
                format!(
                    r#"{{"session_id":"s{{round}}","turn_number":0,"role":"user","turn_type":"user_prompt","content":{ask},"repo_id":"a/b","prompt_intent":null}}"#
                ),
                format!(
                    r#"{{"session_id":"s{{round}}","turn_number":1,"role":"assistant","turn_type":"assistant_response","content":{said}}}"#
                ),
                format!(
                    r#"{{"session_id":"s{{round}}","turn_number":2,"role":"tool_result","turn_type":"tool_result","tool_call_id":"t","content":{printed}}}"#
                ),
            ],
        ),
    ];
    const BYTES: usize = 20_000_000;
    let mut made = Vec::new();
    for (name, path, head, rows) in kinds {
        let mut text = head;
        let mut round = 0;
        while text.len() < BYTES {
            text += &line(round, &rows);
            round += 1;
        }
        made.push((name, path, text));
    }
    for (name, path, stamp) in [
        ("SpecStory of an editor", "s.md", ""),
        (
            "SpecStory of the command line",
            "s.md",
            " (model 2026-02-10 14:21:50Z)",
        ),
    ] {
        let agent = if stamp.is_empty() {
            "cursor"
        } else {
            "Claude Code"
        };
        let mut text = format!(
            "<!-- Generated by SpecStory -->\n\n<!-- {agent} Session s (2026-02-10 14:00Z) -->\n\n"
        );
        let user = stamp.replace("model ", "");
        while text.len() < BYTES {
            write!(
                text,
                "_**User{user}**_\n\nPlease read it again.\n\n---\n\n_**Agent{stamp}**_\n\n{prose}\n\n"
            )?;
            let rule = if stamp.is_empty() {
                "---\n\n".to_owned()
            } else {
                format!("_**Agent{stamp}**_\n\n")
            };
            write!(
                text,
                "{rule}<tool-use data-tool-type=\"shell\" data-tool-name=\"Bash\"><details>\n<summary>Tool use: **Bash**</summary>\n\n```\n{output}```\n\n</details></tool-use>\n\n---\n\n"
            )?;
        }
        made.push((name, path, text));
    }
    Ok(made)
}

/// Chats as SpecStory exports them, 40 MB in 1,000 files.
fn chats(folder: &Path) -> Outcome<Vec<(PathBuf, String)>> {
    std::fs::create_dir(folder)?;
    let prose = "The agent reads the file and says — 好 — what it found there.\n".repeat(50);
    let mut files = Vec::new();
    for place in 0..1000 {
        let mut text =
            format!("<!-- Generated by SpecStory -->\n\n# Chat {place} (2025-09-27 06:06Z)\n\n");
        for turn in 0..12 {
            let role = ["User", "Assistant"][turn % 2];
            write!(text, "_**{role}**_\n\n{place}.{turn}: {prose}\n\n---\n\n").ok();
        }
        let path = folder.join(format!("{place}.md"));
        std::fs::write(&path, &text)?;
        files.push((path, text));
    }
    Ok(files)
}

/// An import of chats beside reading alone, and beside inserts of the same rows from memory.
fn sessions(folder: &Path) -> Outcome {
    let tree = folder.join("chats");
    let files = chats(&tree)?;
    let megabytes = files.iter().map(|(_, text)| text.len()).sum::<usize>() as f64 / 1e6;
    let start = Instant::now();
    for (path, text) in &files {
        let source = Source {
            path,
            text,
            around: &Nothing,
        };
        let format = recognise(&source).ok_or("a chat was not recognised")?;
        assert!(format.read(&source).is_ok());
    }
    let reading = megabytes / start.elapsed().as_secs_f64();
    println!("chats read by one thread: {reading:.0} MB/s");
    let mut times = [Vec::new(), Vec::new()];
    let mut again = Vec::new();
    for round in 0..ROUNDS {
        let path = folder.join(format!("chats-{round}"));
        let mut study = study(&path)?;
        let mut import = || -> Outcome<Duration> {
            let start = Instant::now();
            let paths = [tree.clone()];
            study.import(What::Sessions, &paths, &Options::default(), &mut |_, _| {})?;
            Ok(start.elapsed())
        };
        times[0].push(import()?);
        again.push(import()?);
        let imported = Tables::read(&path)?;
        let mut bare = Connection::open(folder.join(format!("bare-chats-{round}")))?;
        bare.execute_batch(&imported.schema)?;
        let start = Instant::now();
        imported.insert(&mut bare)?;
        times[1].push(start.elapsed());
    }
    again.sort();
    println!(
        "import of {megabytes:.0} MB of chats again: {:?}",
        again[ROUNDS / 2]
    );
    report(
        "import of 1,000 chats / bare inserts of the same rows",
        times,
    );
    Ok(())
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
        for table in [
            "session",
            "session_alias",
            "turn",
            "session_file",
            "session_of_file",
            "episode",
            "evidence",
        ] {
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
