//! Sub-agents that have files of their own, and how they come into the turns of who sent them.

use std::path::Path;

use super::{Reading, Source, Thread};

impl Reading {
    /// Reads the logs of sub-agents that have files of their own: those in the session's folder
    /// `subagents`, and those that came back under a name and lie beside the session's log.
    pub(super) fn sub_agents(&mut self, source: &Source) {
        let folder = source.path.with_extension("").join("subagents");
        for path in source.around.entries(&folder) {
            self.sub_agent(source, &path);
        }
        let mut named: Vec<String> = self.returned.keys().cloned().collect();
        named.sort();
        for id in named {
            let is_known = self
                .threads
                .iter()
                .any(|thread| thread.agent_id.as_ref() == Some(&id));
            let is_plain = id
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_');
            if !is_known && is_plain {
                let name = format!("agent-{id}.jsonl");
                self.sub_agent(source, &source.path.with_file_name(name));
            }
        }
    }

    fn sub_agent(&mut self, source: &Source, path: &Path) {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let name = name.strip_suffix(".jsonl");
        let Some(id) = name.and_then(|name| name.strip_prefix("agent-")) else {
            return;
        };
        let Some(text) = source.around.text(path) else {
            return;
        };
        #[derive(serde::Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct About {
            agent_type: Option<String>,
        }
        let about = source.around.text(&path.with_extension("meta.json"));
        let about = about.and_then(|about| serde_json::from_str::<About>(&about).ok());
        self.threads.push(Thread {
            agent_id: Some(id.to_owned()),
            name: about.and_then(|about| about.agent_type),
            ..Thread::default()
        });
        self.file(&text, Some(self.threads.len() - 1));
    }

    /// Puts each sub-agent into the turn of the agent that sent it, the last sent first, so that
    /// one that sends others has them when its own turn comes. Where two claim to have sent each
    /// other, the user's agent has sent both.
    pub(super) fn fold(&mut self) {
        let mut depths: Vec<usize> = Vec::with_capacity(self.threads.len());
        for first in 0..self.threads.len() {
            let mut depth = 0;
            let mut thread = first;
            while let Some((above, _)) = &self.threads[thread].sent_by {
                thread = *above;
                depth += 1;
                if depth > self.threads.len() {
                    depth = 1;
                    self.threads[first].sent_by = None;
                    break;
                }
            }
            depths.push(depth);
        }
        let mut order: Vec<usize> = (1..self.threads.len()).collect();
        order.sort_by_key(|thread| std::cmp::Reverse(depths[*thread]));
        for place in order {
            let thread = std::mem::take(&mut self.threads[place]);
            let (above, call) = match thread.sent_by {
                Some((above, call)) => (above, Some(call)),
                None => (0, None),
            };
            let since = thread.turns.began().map(str::to_owned);
            let parts = thread.turns.into_parts();
            let above = &mut self.threads[above].turns;
            above.sub_agent(call.as_deref(), thread.name, parts, since.as_deref());
        }
    }
}
