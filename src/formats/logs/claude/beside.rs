//! What stands beside the messages: facts about the session, and what the program handed to the
//! agent.

use std::borrow::Cow;

use serde_json::value::RawValue;

use super::{
    Reading,
    records::{Attachment, Record, blocks},
};

impl Reading {
    /// What a record says about the session.
    pub(super) fn about(&mut self, record: &Record) {
        let own = |text: &Option<Cow<str>>| {
            let text = text.as_deref().filter(|text| !text.is_empty());
            text.map(str::to_owned)
        };
        // A session that was taken up again brings the records of its forerunner along.
        let session = own(&record.session_id);
        if self.session.is_none() || session.is_some() && session == self.file_name {
            self.session = session.or(self.session.take());
        }
        if self.started_at.is_none() {
            self.started_at = record.timestamp.as_deref().and_then(whole_seconds);
        }
        self.branch = self.branch.take().or_else(|| own(&record.git_branch));
        let title = own(&record.custom_title).or(self.title.take());
        self.title = title.or_else(|| own(&record.ai_title));
        let parent = record.parent_uuid.as_deref();
        if self.seen.len() == usize::from(record.uuid.is_some()) && record.uuid.is_some() {
            self.begins_within = parent.is_some();
        }
    }

    /// What the program handed to the agent: reminders, what hooks said, what was typed meanwhile.
    pub(super) fn attachment(
        &mut self,
        thread: usize,
        attachment: Option<&RawValue>,
        at: Option<&str>,
    ) {
        let found = attachment.and_then(|raw| serde_json::from_str::<Attachment>(raw.get()).ok());
        let Some(attachment) = found else {
            return self.leave_out("attachment");
        };
        if let Some(prompt) = attachment.prompt {
            for block in blocks(prompt) {
                self.unqueue(block.text.as_deref().unwrap_or_default());
            }
            return self.aside(thread, &attachment.kind, prompt, at);
        }
        // Lists of tools and skills are the vendor's.
        let is_list = attachment.kind.ends_with("_listing") || attachment.kind.ends_with("_delta");
        match attachment.content.filter(|_| !is_list) {
            Some(content) => self.aside(thread, &attachment.kind, content, at),
            None => self.leave_out(&attachment.kind),
        }
    }

    /// What was queued has reached the agent.
    pub(super) fn unqueue(&mut self, text: &str) {
        if let Some(place) = self.queued.iter().position(|queued| queued == text) {
            self.queued.remove(place);
        }
    }
}

/// A time as RFC 3339 in UTC, without fractions.
fn whole_seconds(text: &str) -> Option<String> {
    let time: jiff::Timestamp = text.parse().ok()?;
    let seconds = time.as_millisecond().div_euclid(1000);
    Some(jiff::Timestamp::from_second(seconds).ok()?.to_string())
}
