//! The table `conversations` of SWE-chat, one row per entry of a transcript, as JSON Lines or CSV.
//!
//! A file holds many sessions, whose rows need not stand together.

use std::collections::{HashMap, HashSet};

use csv::{ReaderBuilder, StringRecord};
use serde::Deserialize;
use serde_json::Value;

use super::{
    Format, Log, Refusal, Source,
    lines::{self, Header, Notes},
    turns::{Call, Output, Part, Turns, arguments},
};
use crate::formats::program_text;

/// Conversation tables of SWE-chat.
pub struct SweChat;

impl Format for SweChat {
    fn name(&self) -> &'static str {
        "SWE-chat conversations"
    }

    fn recognises(&self, source: &Source) -> bool {
        let are_ours = |names: &[&str]| {
            let has = |name| names.contains(&name);
            has("session_id") && has("turn_number") && (has("turn_type") || has("role"))
        };
        if source.text.trim_start().starts_with('{') {
            return are_ours(&lines::opening_keys(source.text));
        }
        let heading = source.text.lines().next().unwrap_or_default();
        let names = heading.split(',').map(|name| name.trim().trim_matches('"'));
        are_ours(&names.collect::<Vec<_>>())
    }

    fn read(&self, source: &Source) -> Result<Vec<Log>, Refusal> {
        let (mut table, mut notes) = (Table::default(), Notes::default());
        if source.text.trim_start().starts_with('{') {
            lines::each(source.text, &mut notes, |line, _| {
                table.add(serde_json::from_str(line)?);
                Ok(())
            });
        } else {
            read_csv(source.text, &mut table, &mut notes)?;
        }
        let logs = table.logs(notes);
        if logs.is_empty() {
            return Err(Refusal::Unreadable("holds no message".to_owned()));
        }
        Ok(logs)
    }
}

/// A row; CSV leaves columns empty where JSON has null.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Row {
    session_id: Option<String>,
    turn_id: Option<String>,
    repo_id: Option<String>,
    agent: Option<String>,
    timestamp: Option<String>,
    /// A number, or a text that holds one; some tools make floats of whole columns.
    turn_number: Value,
    role: Option<String>,
    turn_type: Option<String>,
    content: Option<String>,
    tool_name: Option<String>,
    tool_call_id: Option<String>,
    tool_input_json: Value,
    command: Option<String>,
    file_path: Option<String>,
    pattern: Option<String>,
}

impl Row {
    fn number(&self) -> Option<u64> {
        let number = match &self.turn_number {
            Value::Number(number) => number.as_f64(),
            Value::String(text) => text.trim().parse().ok(),
            _ => None,
        };
        // Rows are counted; what does not fit is no count and saturates.
        number.filter(|number| *number >= 0.0).map(|n| n as u64)
    }

    fn set(&mut self, column: &str, value: &str) {
        let field = match column {
            "session_id" => &mut self.session_id,
            "turn_id" => &mut self.turn_id,
            "repo_id" => &mut self.repo_id,
            "agent" => &mut self.agent,
            "timestamp" => &mut self.timestamp,
            "role" => &mut self.role,
            "turn_type" => &mut self.turn_type,
            "content" => &mut self.content,
            "tool_name" => &mut self.tool_name,
            "tool_call_id" => &mut self.tool_call_id,
            "command" => &mut self.command,
            "file_path" => &mut self.file_path,
            "pattern" => &mut self.pattern,
            "turn_number" => {
                self.turn_number = value.into();
                return;
            }
            "tool_input_json" => {
                self.tool_input_json = value.into();
                return;
            }
            _ => return,
        };
        *field = Some(value.to_owned());
    }
}

fn read_csv(text: &str, table: &mut Table, notes: &mut Notes) -> Result<(), Refusal> {
    let mut reader = ReaderBuilder::new()
        .flexible(true)
        .from_reader(text.as_bytes());
    let damaged = |problem| Refusal::Unreadable(format!("is no CSV: {problem}"));
    let columns = reader.headers().map_err(damaged)?.clone();
    let mut record = StringRecord::new();
    while reader.read_record(&mut record).map_err(damaged)? {
        if record.len() != columns.len() {
            let line = record.position().map_or(0, csv::Position::line);
            notes.broken(usize::try_from(line).unwrap_or(usize::MAX));
            continue;
        }
        let mut row = Row::default();
        for (column, value) in columns.iter().zip(&record) {
            if !value.is_empty() {
                row.set(column.trim(), value);
            }
        }
        table.add(row);
    }
    Ok(())
}

/// The rows of each session, in the order in which the sessions begin.
#[derive(Default)]
struct Table {
    sessions: Vec<Vec<Row>>,
    places: HashMap<String, usize>,
    without_session: usize,
}

impl Table {
    fn add(&mut self, row: Row) {
        let Some(id) = row.session_id.as_deref().filter(|id| !id.is_empty()) else {
            self.without_session += 1;
            return;
        };
        match self.places.get(id) {
            Some(place) => self.sessions[*place].push(row),
            None => {
                self.places.insert(id.to_owned(), self.sessions.len());
                self.sessions.push(vec![row]);
            }
        }
    }

    /// What holds for the file stands with its last session, where a torn one ends.
    fn logs(self, mut file: Notes) -> Vec<Log> {
        if self.without_session > 0 {
            let count = self.without_session;
            file.say(format!("Left out rows that name no session: {count}."));
        }
        let mut logs: Vec<Log> = self.sessions.into_iter().filter_map(log).collect();
        if let Some(last) = logs.last_mut() {
            last.notes.extend(file.sentences());
            last.is_partial |= file.is_partial();
        }
        logs
    }
}

fn log(mut rows: Vec<Row>) -> Option<Log> {
    let mut notes = Notes::default();
    // Rows without a number stay behind the row that they follow.
    let mut last = 0;
    rows.sort_by_cached_key(|row| {
        last = row.number().unwrap_or(last);
        last
    });
    let header = Header {
        id: rows.iter().find_map(|row| row.session_id.clone()),
        repository: rows.iter().find_map(|row| row.repo_id.clone()),
        agent: rows.iter().find_map(|row| row.agent.clone()),
        source: "swe-chat",
        modality: Some("cli"),
        started_at: None,
    };
    let mut turns = Turns::default();
    let mut seen = HashSet::new();
    for row in rows {
        let is_new = row
            .turn_id
            .as_ref()
            .is_none_or(|id| seen.insert(id.clone()));
        if is_new {
            turn(row, &mut turns, &mut notes);
        } else {
            notes.left_out("rows that stand twice");
        }
    }
    header.log(turns, &notes)
}

fn turn(row: Row, turns: &mut Turns, notes: &mut Notes) {
    let at = row.timestamp.as_deref();
    let kind = row.turn_type.as_deref().or(row.role.as_deref());
    let kind = kind.unwrap_or("none");
    let id = row.tool_call_id.as_deref();
    match kind {
        "tool_use" => {
            let call = Call {
                name: row.tool_name.clone(),
                input: input(&row),
                output: None,
            };
            turns.call(id, call, at);
            return;
        }
        "tool_result" => {
            let output = Output {
                text: row.content.unwrap_or_default(),
                failed: false,
            };
            turns.output(id, output, at);
            return;
        }
        _ => {}
    }
    let text = row.content.unwrap_or_default();
    match kind {
        "user_prompt" | "user" => turns.user(&text, at),
        "assistant_response" | "assistant" => turns.agent(Part::Said(text), at),
        "assistant_thinking" => turns.agent(Part::Thought(text), at),
        // Nobody typed it, even where its wording does not show that.
        "system_injected" => match program_text::kind_of(&text) {
            Some(_) => turns.user(&text, at),
            None => turns.agent(Part::System { name: None, text }, at),
        },
        "system_event" => turns.agent(Part::System { name: None, text }, at),
        "summary" => notes.left_out("summaries"),
        "file_snapshot" => notes.left_out("snapshots of files"),
        "progress" => notes.left_out("reports of progress"),
        // What was typed while the agent worked becomes a prompt once the agent gets it.
        "queue_operation" => notes.left_out("changes of the queue of prompts"),
        "metadata" => notes.left_out("metadata"),
        kind => notes.unknown(kind),
    }
}

/// What a tool was called with: the whole input, else the columns that were taken out of it.
fn input(row: &Row) -> String {
    let whole = match &row.tool_input_json {
        Value::String(text) => serde_json::from_str(text).unwrap_or_else(|_| text.clone().into()),
        other => other.clone(),
    };
    let whole = arguments(&whole);
    if !whole.is_empty() {
        return whole;
    }
    let columns = [
        ("command", &row.command),
        ("file_path", &row.file_path),
        ("pattern", &row.pattern),
    ];
    let told: Vec<String> = columns
        .into_iter()
        .filter_map(|(name, value)| Some(format!("{name}: {}", value.as_ref()?)))
        .collect();
    if told.is_empty() {
        row.content.clone().unwrap_or_default()
    } else {
        told.join("\n")
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use proptest::prelude::*;

    use super::*;
    use crate::{
        domain::session::Role,
        formats::logs::{Nothing, harness::mutilated},
    };

    const LINES: &str = r#"{"turn_id":"a#2","session_id":"a","repo_id":"anna/shop","agent":"Claude Code","turn_number":2,"role":"tool_use","turn_type":"tool_use","content":null,"tool_name":"Bash","tool_call_id":"t","tool_input_json":"{\"command\":\"ls\"}","timestamp":"2026-01-05T09:00:02Z"}
{"turn_id":"b#0","session_id":"b","repo_id":"ben/site","agent":"Codex","turn_number":"0","turn_type":"user_prompt","content":"hello"}
{"turn_id":"a#0","session_id":"a","repo_id":"anna/shop","agent":"Claude Code","turn_number":0.0,"role":"user","turn_type":"user_prompt","content":"list, \"please\"","timestamp":"2026-01-05T09:00:00Z"}
{"turn_id":"a#1","session_id":"a","turn_number":1,"turn_type":"system_injected","content":"be kind"}
{"turn_id":"a#3","session_id":"a","turn_number":3,"turn_type":"tool_result","content":"a.rs","tool_call_id":"t"}
{"turn_id":"a#3","session_id":"a","turn_number":3,"turn_type":"tool_result","content":"a.rs","tool_call_id":"t"}
{"turn_id":"a#4","session_id":"a","turn_number":4,"turn_type":"file_snapshot","content":"{}"}
{"turn_id":"a#5","session_id":"a","turn_number":5,"turn_type":"dance","content":"x"}
{"turn_number":5,"turn_type":"user_prompt","content":"whose?"}
{"turn_id":"b#1","session"#;

    const TABLE: &str = "turn_id,session_id,repo_id,agent,turn_number,role,turn_type,content,command,timestamp\n\
        a#1,a,anna/shop,Claude Code,1.0,assistant,assistant_response,\"Listed,\nall.\",,2026-01-05T09:00:01Z\n\
        a#0,a,anna/shop,Claude Code,0.0,user,user_prompt,\"say \"\"hi\"\"\",,2026-01-05T09:00:00Z\n\
        b#0,b,ben/site,Codex,0,user,user_prompt,go,,\n\
        b#1,b,ben/site,Codex,1,tool_use,tool_use,,ls -l,\n\
        b#2,b,ben";

    fn source(text: &str) -> Source<'_> {
        Source {
            path: Path::new("conversations"),
            text,
            around: &Nothing,
        }
    }

    fn told(log: &Log) -> Vec<(Role, &str)> {
        let turns = log.session.turns.iter();
        turns.map(|turn| (turn.role, turn.text.as_str())).collect()
    }

    #[test]
    fn rows_are_sorted_into_sessions() {
        assert!(SweChat.recognises(&source(LINES)));
        let logs = SweChat.read(&source(LINES)).unwrap();
        assert_eq!(
            told(&logs[0]),
            [
                (Role::User, "list, \"please\""),
                (
                    Role::Agent,
                    "[system]\nbe kind\n\n[tool: Bash]\ncommand: ls\n[result]\na.rs"
                ),
            ]
        );
        let session = &logs[0].session;
        assert_eq!(session.repository.as_deref(), Some("anna/shop"));
        assert_eq!(session.agent.as_deref(), Some("Claude Code"));
        assert_eq!(session.source.as_deref(), Some("swe-chat"));
        assert_eq!(session.started_at.as_deref(), Some("2026-01-05T09:00:00Z"));
        assert_eq!(
            logs[0].notes,
            [
                "Left out: rows that stand twice (1), snapshots of files (1).",
                "Left out records of unknown type: dance (1).",
            ]
        );
        assert!(!logs[0].is_partial);
        assert_eq!(told(&logs[1]), [(Role::User, "hello")]);
        assert_eq!(
            logs[1].notes,
            [
                "Left out rows that name no session: 1.",
                "The last line is cut off.",
            ]
        );
        assert!(logs[1].is_partial);
        assert_eq!(logs.len(), 2);
    }

    #[test]
    fn a_table_as_csv_is_read_too() {
        assert!(SweChat.recognises(&source(TABLE)));
        let logs = SweChat.read(&source(TABLE)).unwrap();
        assert_eq!(
            told(&logs[0]),
            [(Role::User, "say \"hi\""), (Role::Agent, "Listed,\nall.")]
        );
        assert_eq!(
            told(&logs[1]),
            [(Role::User, "go"), (Role::Agent, "[tool]\ncommand: ls -l")]
        );
        assert_eq!(logs[1].notes, ["Line 7 cannot be read and was left out."]);
    }

    #[test]
    fn other_tables_are_not_ours() {
        for text in [
            "",
            "episode,rater,scale\ne1,anna,function\n",
            r#"{"session":"s","turns":[]}"#,
            r#"{"session_id":"s","role":"user","hook":1}"#,
            r#"{"type":"user","uuid":"u","sessionId":"s","message":{}}"#,
        ] {
            assert!(!SweChat.recognises(&source(text)), "{text}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(128))]

        #[test]
        fn damaged_tables_never_panic(lines in mutilated(LINES), table in mutilated(TABLE)) {
            for text in [lines, table] {
                let _ = SweChat.recognises(&source(&text));
                let _ = SweChat.read(&source(&text));
            }
        }
    }
}
