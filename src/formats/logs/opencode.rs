//! Sessions of OpenCode: a folder of small JSON files, read from the session's file on, or one
//! exported JSON with `info` and `messages`.

use std::{
    collections::HashSet,
    path::{Path, PathBuf},
};

use serde::Deserialize;
use serde_json::{Value, value::RawValue};

use super::{
    Around, Format, Log, Refusal, Source,
    lines::{self, Header, Notes, field, text_of},
    turns::{Call, Output, Part, Turns, arguments},
};

/// Sessions of OpenCode.
pub struct OpenCode;

/// Sub-agents that start sub-agents are followed so deep; real ones stop far above.
const DEEPEST: usize = 8;

impl Format for OpenCode {
    fn name(&self) -> &'static str {
        "OpenCode session"
    }

    fn recognises(&self, source: &Source) -> bool {
        kind(source).is_some()
    }

    fn read(&self, source: &Source) -> Result<Vec<Log>, Refusal> {
        let mut reader = Reader {
            around: source.around,
            root: source.path.ancestors().nth(3).map(Path::to_owned),
            notes: Notes::default(),
            unreadable: 0,
            gathered: HashSet::new(),
        };
        let damaged = |problem| Refusal::Unreadable(format!("is cut off or damaged: {problem}"));
        let mut turns = Turns::default();
        let mut info = Info::default();
        match kind(source) {
            Some(Kind::Message | Kind::Part) => {
                return Err(Refusal::Part(
                    "is a part of a session that another file begins".to_owned(),
                ));
            }
            Some(Kind::Session) => {
                lines::whole(source.text, |text| {
                    info = serde_json::from_str(text)?;
                    Ok(())
                })
                .map_err(damaged)?;
                refuse_sub_agent(&info)?;
                let id = info.id.as_deref().unwrap_or_default();
                reader.folder(id, &mut turns, DEEPEST);
            }
            Some(Kind::Export) => {
                let mut messages = Vec::new();
                lines::whole(source.text, |text| {
                    let export: Export = serde_json::from_str(text)?;
                    info = export.info;
                    messages = export.messages.iter().map(|m| reader.exported(m)).collect();
                    Ok(())
                })
                .map_err(damaged)?;
                refuse_sub_agent(&info)?;
                for message in messages.into_iter().flatten() {
                    reader.message(&message.info, message.parts, &mut turns, DEEPEST);
                }
            }
            None => {
                return Err(Refusal::Unreadable("is no session of OpenCode".to_owned()));
            }
        }
        if reader.unreadable > 0 {
            let count = reader.unreadable;
            reader.notes.say(format!(
                "Left out messages, or parts of them, that cannot be read: {count}."
            ));
        }
        let header = Header {
            id: info.id,
            started_at: lines::from_milliseconds(&info.time.created),
            ..Header::cli("opencode", "OpenCode")
        };
        let log = header.log(turns, &reader.notes);
        let mut log = log.ok_or_else(|| Refusal::Unreadable("holds no message".to_owned()))?;
        log.is_partial |= reader.unreadable > 0;
        Ok(vec![log])
    }
}

fn refuse_sub_agent(info: &Info) -> Result<(), Refusal> {
    match &info.parent {
        Some(parent) => Err(Refusal::Part(format!(
            "is a sub-agent's log of session {parent}"
        ))),
        None => Ok(()),
    }
}

enum Kind {
    Session,
    Export,
    Message,
    Part,
}

fn kind(source: &Source) -> Option<Kind> {
    let keys = lines::opening_keys(source.text);
    let has = |all: &[&str]| all.iter().all(|key| keys.contains(key));
    // The text parts of early versions say neither their message nor their session.
    let lies_among_parts = || {
        let folder = source.path.ancestors().nth(2).and_then(Path::file_name);
        folder.is_some_and(|folder| folder == "part")
    };
    if has(&["info", "messages"]) {
        Some(Kind::Export)
    } else if has(&["id", "messageID", "type"]) || (has(&["id", "type"]) && lies_among_parts()) {
        Some(Kind::Part)
    } else if has(&["id", "sessionID", "role"]) {
        Some(Kind::Message)
    } else if has(&["id", "version", "time"]) && (has(&["projectID"]) || has(&["directory"])) {
        Some(Kind::Session)
    } else {
        None
    }
}

#[derive(Default, Deserialize)]
struct Export<'l> {
    info: Info,
    #[serde(borrow)]
    messages: Vec<&'l RawValue>,
}

/// A session's or a message's.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Info {
    id: Option<String>,
    #[serde(rename = "parentID")]
    parent: Option<String>,
    role: Option<String>,
    time: Times,
    error: Value,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Times {
    /// Milliseconds since 1970.
    created: Value,
    completed: Value,
}

#[derive(Deserialize)]
struct Message {
    info: Info,
    #[serde(default)]
    parts: Vec<Value>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Piece {
    #[serde(rename = "type")]
    kind: String,
    text: Option<String>,
    /// Whether the program wrote it.
    synthetic: bool,
    tool: Option<String>,
    state: State,
    error: Value,
    prompt: Option<String>,
    agent: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct State {
    status: Option<String>,
    input: Value,
    output: Value,
    error: Value,
    metadata: Value,
}

struct Reader<'a> {
    around: &'a dyn Around,
    /// The folder with `session`, `message` and `part`.
    root: Option<PathBuf>,
    notes: Notes,
    unreadable: usize,
    /// Sessions that were read: an agent may send the same sub-agent again.
    gathered: HashSet<String>,
}

impl Reader<'_> {
    fn exported(&mut self, message: &RawValue) -> Option<Message> {
        let message = serde_json::from_str(message.get()).ok();
        self.unreadable += usize::from(message.is_none());
        message
    }

    /// The files of a folder of the storage, read.
    fn files<T: for<'d> Deserialize<'d>>(&mut self, what: &str, id: &str) -> Vec<T> {
        // An id is a name here and must not lead out of the storage.
        let is_name = !id.is_empty() && !id.contains(['/', '\\', ':']) && !id.starts_with('.');
        let Some(root) = self.root.as_ref().filter(|_| is_name) else {
            return Vec::new();
        };
        let mut found = Vec::new();
        for path in self.around.entries(&root.join(what).join(id)) {
            if path.extension().is_none_or(|extension| extension != "json") {
                continue;
            }
            let mut read = None;
            if let Some(text) = self.around.text(&path) {
                // What cannot be read stays `None` and is counted.
                let _ = lines::whole(&text, |text| {
                    read = Some(serde_json::from_str(text)?);
                    Ok(())
                });
            }
            self.unreadable += usize::from(read.is_none());
            found.extend(read);
        }
        found
    }

    /// The messages of a session in the order of their times; those of one time in the order of
    /// their files.
    fn folder(&mut self, session: &str, turns: &mut Turns, depth: usize) {
        self.gathered.insert(session.to_owned());
        let mut infos: Vec<Info> = self.files("message", session);
        infos.sort_by_key(|info| info.time.created.as_i64());
        for info in infos {
            let parts = self.files("part", info.id.as_deref().unwrap_or_default());
            self.message(&info, parts, turns, depth);
        }
    }

    fn message(&mut self, info: &Info, parts: Vec<Value>, turns: &mut Turns, depth: usize) {
        let at = lines::from_milliseconds(&info.time.created);
        let at = at.as_deref();
        let is_user = match info.role.as_deref() {
            Some("user") => true,
            Some("assistant") => false,
            role => return self.notes.unknown(role.unwrap_or("none")),
        };
        // What the program adds to a user's message comes behind it, so that neighbours are joined.
        let mut added = Vec::new();
        for part in parts {
            let Ok(piece) = serde_json::from_value::<Piece>(part) else {
                self.unreadable += 1;
                continue;
            };
            let text = piece.text.unwrap_or_default();
            match piece.kind.as_str() {
                "text" if piece.synthetic => added.push(Part::System { name: None, text }),
                "text" if is_user => turns.user(&text, at),
                "text" => turns.agent(Part::Said(text), at),
                "reasoning" => turns.agent(Part::Thought(text), at),
                "tool" => self.tool(piece.tool, piece.state, turns, at, depth),
                "subtask" => added.push(Part::System {
                    name: piece.agent,
                    text: piece.prompt.unwrap_or_default(),
                }),
                "retry" => added.push(error(&piece.error)),
                "file" => self.notes.left_out("attached files"),
                "step-start" | "step-finish" | "snapshot" | "patch" | "compaction" | "agent" => {}
                kind => self.notes.unknown(kind),
            }
            if !is_user {
                added.drain(..).for_each(|part| turns.agent(part, at));
            }
        }
        added.into_iter().for_each(|part| turns.agent(part, at));
        match field(&info.error, "name") {
            Some("MessageAbortedError") => {
                let stopped = lines::from_milliseconds(&info.time.completed);
                turns.user("[Request interrupted by user]", stopped.as_deref().or(at));
            }
            Some(_) => turns.agent(error(&info.error), at),
            None => {}
        }
    }

    fn tool(
        &mut self,
        name: Option<String>,
        state: State,
        turns: &mut Turns,
        at: Option<&str>,
        depth: usize,
    ) {
        let failed = state.status.as_deref() == Some("error");
        let told = if failed { &state.error } else { &state.output };
        let text = text_of(told);
        let call = Call {
            name,
            input: arguments(&state.input),
            output: (failed || !text.is_empty()).then_some(Output { text, failed }),
        };
        turns.agent(Part::Call(call), at);
        let session = ["sessionId", "sessionID"]
            .iter()
            .find_map(|key| field(&state.metadata, key))
            .filter(|session| !self.gathered.contains(*session));
        if let (Some(session), Some(depth)) = (session, depth.checked_sub(1)) {
            let mut inner = Turns::default();
            self.folder(session, &mut inner, depth);
            let name = field(&state.input, "subagent_type").map(str::to_owned);
            let parts = inner.into_parts();
            if parts.is_empty() {
                self.notes.left_out("sub-agents whose logs were not found");
            }
            turns.agent(Part::SubAgent { name, parts }, at);
        }
    }
}

fn error(error: &Value) -> Part {
    let told = error.get("data").unwrap_or(error);
    Part::System {
        name: Some(field(error, "name").unwrap_or("error").to_owned()),
        text: text_of(told),
    }
}

#[cfg(test)]
mod tests;
