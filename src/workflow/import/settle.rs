//! How a session that arrives is made one with what the study has of it: the same chat may come
//! several times, under several names, and after its episodes. It is kept once, the fullest.

use super::{
    Fate, FileReport, Trouble,
    merge::{fill, merge_metadata, overlay},
    reading::NATIVE,
};
use crate::{
    domain::{ids::SessionId, session::Session, standing::Standing},
    formats::fields::Problem,
    store::{session_files::Brought, sessions::SessionRow},
    workflow::{
        Result, Study,
        anchor::{Moved, Source},
    },
};

/// Characters of a quote that a report shows.
const SHOWN: usize = 200;

/// A session as its file has it.
pub(super) struct Arrival<'m> {
    /// Its id is the name that it has by itself; its aliases are other names for it.
    pub session: Session,
    /// SHA-256 of its turns; `None` where it has none.
    pub hash: Option<String>,
    /// What the map says about it.
    pub mapped: Option<&'m Session>,
    /// Whether its own name was only made up from a file's name. Two chats may then share it.
    pub is_nameless: bool,
    /// A name that its program gave it and no other chat: whoever else has it is the same chat.
    pub stated: Option<SessionId>,
    /// Whether the same file told this session before.
    pub is_repeated: bool,
    /// Whether only a part of it could be read.
    pub is_partial: bool,
    /// The absolute path of its file, if it has one.
    pub path: Option<&'m str>,
    /// The number of its file, if an earlier import knew it.
    pub file: Option<i64>,
}

impl Arrival<'_> {
    /// All its names, the one that counts most first.
    fn names(&self) -> Vec<SessionId> {
        let mapped = self.mapped.iter();
        let mut names: Vec<SessionId> = Vec::new();
        for name in mapped
            .clone()
            .map(|row| &row.id)
            .chain([&self.session.id])
            .chain(&self.session.aliases)
            .chain(mapped.flat_map(|row| &row.aliases))
        {
            if !names.contains(name) {
                names.push(name.clone());
            }
        }
        names
    }
}

/// The sessions of the study that an arrival's names mean, and the names that it may have.
struct Kin {
    rows: Vec<SessionRow>,
    names: Vec<SessionId>,
}

impl Study {
    /// Takes in a session; tells what became of it, and what its file brought by it.
    pub(super) fn settle(
        &mut self,
        arrival: Arrival,
        report: &mut FileReport,
    ) -> Result<(Fate, Brought), Trouble> {
        let mapped = arrival.mapped.is_some();
        let brought = |session, has_text| Brought {
            session,
            has_text,
            mapped,
        };
        let kin = self.kin_of(&arrival, report)?;
        let Some((mut row, is_joined)) = self.join_kin(&kin.rows, report)? else {
            let number = self.admit(arrival, kin.names)?;
            return Ok((Fate::New, brought(number, true)));
        };
        let had = row.clone();
        let is_loose = self.store.is_named_by_logs(row.number, NATIVE)?;
        let origin = self.store.file_of_text(row.number)?;
        let text_is_new = self.takes_text(&arrival, &origin, is_loose, &mut row, report)?;
        let is_believed = match arrival.is_nameless {
            true => !row.imported || text_is_new && is_loose,
            false => arrival.hash == row.sha256 && !arrival.is_repeated,
        };
        merge_metadata(&mut row, &arrival, is_believed);
        self.rename(&mut row, &arrival, kin.names, is_loose)?;
        row.imported = true;
        let is_same = arrival.hash == row.sha256;
        let origin = origin.map(|(file, _)| file);
        let has_text = text_is_new || origin.map_or(is_same, |file| arrival.file == Some(file));
        let brought = brought(row.number, has_text);
        if row == had && !is_joined {
            return Ok((Fate::Unchanged, brought));
        }
        self.store.update_session(&row)?;
        if text_is_new {
            self.store.set_turns(row.number, &arrival.session.turns)?;
        }
        if text_is_new || is_joined {
            self.look_for_quotes_again(&row, report)?;
        }
        let fate = match had.imported {
            true => Fate::Changed,
            false => Fate::New,
        };
        Ok((fate, brought))
    }

    /// Finds what the study has under the arrival's names. A name that was made up, or that a
    /// program gave, means the same chat only if both begin alike.
    fn kin_of(&self, arrival: &Arrival, report: &mut FileReport) -> Result<Kin, Trouble> {
        let mut kin = Kin {
            rows: Vec::new(),
            names: Vec::new(),
        };
        for name in arrival.names() {
            if let Some(row) = self.store.session(&name)? {
                let origin = self.store.file_of_text(row.number)?;
                let is_same_file = arrival.file.is_some()
                    && origin.is_some_and(|(file, _)| arrival.file == Some(file));
                let is_certain = !arrival.is_nameless
                    || is_same_file
                    || arrival.stated.as_ref() == Some(&name)
                    || arrival.mapped.is_some_and(|mapped| mapped.id == name)
                    || kin
                        .rows
                        .iter()
                        .any(|known: &SessionRow| known.number == row.number);
                if !is_certain && !self.begin_alike(&row, &arrival.session)? {
                    if name == arrival.session.id && arrival.mapped.is_none() {
                        let why = format!(
                            "another chat is already called {name}; name this one with --map"
                        );
                        return Err(Problem::new("session", why).into());
                    }
                    if name != arrival.session.id {
                        report.warn(format!(
                            "the file states the id {name}, which the session {} has too; \
                             they begin differently, so both are kept",
                            row.session.id
                        ));
                    }
                    continue;
                }
                if !kin.rows.iter().any(|known| known.number == row.number) {
                    kin.rows.push(row);
                }
            }
            kin.names.push(name);
        }
        Ok(kin)
    }

    fn begin_alike(&self, row: &SessionRow, session: &Session) -> Result<bool> {
        let (stored, _) = self.store.text_of_session(row.number)?;
        Ok(match (stored, session.turns.first()) {
            // A chat exported in the middle of its first turn has the beginning of that turn.
            (Some(stored), Some(turn)) => {
                stored.starts_with(&turn.text) || turn.text.starts_with(&stored)
            }
            _ => true,
        })
    }

    /// Of several sessions that turn out to be one, the one on which something hangs stays, else
    /// the first; the others become names of it. Tells whether there were such others.
    fn join_kin(
        &mut self,
        rows: &[SessionRow],
        report: &mut FileReport,
    ) -> Result<Option<(SessionRow, bool)>, Trouble> {
        let mut used = Vec::new();
        for row in rows {
            if self.store.session_is_used(row)? {
                used.push(row.number);
            }
        }
        let first_used = rows.iter().find(|row| used.contains(&row.number));
        let Some(mut kept) = first_used.or(rows.first()).cloned() else {
            return Ok(None);
        };
        let chosen = kept.number;
        let mut is_joined = false;
        for row in rows.iter().filter(|row| row.number != chosen) {
            if used.contains(&row.number) {
                report.warn(format!(
                    "{} and {} are the same chat, but episodes or labels hang on both, so both are kept",
                    kept.session.id, row.session.id
                ));
                continue;
            }
            self.absorb(&mut kept, row)?;
            is_joined = true;
        }
        Ok(Some((kept, is_joined)))
    }

    fn absorb(&mut self, kept: &mut SessionRow, row: &SessionRow) -> Result<()> {
        let turns = self.store.turns(row.number)?;
        let size = |number| Ok::<_, crate::workflow::Error>(self.store.text_of_session(number)?.1);
        if (row.turns, size(row.number)?) > (kept.turns, size(kept.number)?) {
            self.store.set_turns(kept.number, &turns)?;
            kept.turns = row.turns;
            kept.sha256 = row.sha256.clone();
        }
        kept.extracted |= row.extracted;
        kept.imported |= row.imported;
        fill(&mut kept.session, &row.session);
        self.store.remove_session(row.number, kept.number)?;
        let names = row.session.aliases.iter().chain([&row.session.id]);
        kept.session.aliases.extend(names.cloned());
        kept.session.aliases.sort();
        Ok(self.store.update_session(kept)?)
    }

    /// Adds a session of which the study knows nothing yet; returns its number.
    fn admit(&mut self, arrival: Arrival, mut names: Vec<SessionId>) -> Result<i64, Trouble> {
        let mut session = arrival.session;
        if let Some(mapped) = arrival.mapped {
            overlay(&mut session, mapped);
            session.id = mapped.id.clone();
        }
        names.retain(|name| *name != session.id);
        session.aliases = names;
        let row = SessionRow {
            number: 0,
            imported: true,
            extracted: false,
            turns: count_of(&session),
            sha256: arrival.hash,
            session,
        };
        let number = self.store.insert_session(&row)?;
        self.store.set_turns(number, &row.session.turns)?;
        Ok(number)
    }

    /// Decides whether the arrival's turns replace those of the study, and if so says so in `row`.
    ///
    /// Of several copies the fullest is kept: that with most turns, then with the longest text. But
    /// a file that has changed is believed about the text that came from it.
    fn takes_text(
        &self,
        arrival: &Arrival,
        origin: &Option<(i64, String)>,
        is_loose: bool,
        row: &mut SessionRow,
        report: &mut FileReport,
    ) -> Result<bool> {
        let session = &arrival.session;
        if arrival.hash == row.sha256 {
            return Ok(false);
        }
        let bytes: usize = session.turns.iter().map(|turn| turn.text.len()).sum();
        let arrives = (count_of(session), bytes as u64);
        let stands = (row.turns, self.store.text_of_session(row.number)?.1);
        let may_replace = !arrival.is_repeated && !arrival.is_partial;
        let origin_file = origin.as_ref().map(|(file, _)| *file);
        let is_same_file = origin_file.is_some() && origin_file == arrival.file;
        let is_mended = is_same_file && may_replace && arrives.0 > 0;
        // Of two copies that are equally full the session's own file is believed, once; of logs,
        // in whatever order they come, that of the first path.
        let own = arrival.mapped.map_or(&session.id, |mapped| &mapped.id);
        let is_own = match (origin, arrival.path) {
            (Some((_, path)), Some(other)) if is_loose => other < path.as_str(),
            _ => *own == row.session.id,
        };
        let is_fuller = arrives > stands || (arrives == stands && is_own && !arrival.is_repeated);
        if is_fuller || is_mended {
            row.turns = arrives.0;
            row.sha256 = arrival.hash.clone();
            return Ok(true);
        }
        if arrives < stands {
            report.warn(format!(
                "{} is already in the study with more turns or more text; the fuller one is kept",
                row.session.id
            ));
        }
        Ok(false)
    }

    /// Gives the session the map's name unless something hangs on the one it has, and keeps all
    /// other names as aliases. Of names that follow from where its files lie it has the first.
    fn rename(
        &mut self,
        row: &mut SessionRow,
        arrival: &Arrival,
        names: Vec<SessionId>,
        is_loose: bool,
    ) -> Result<(), Trouble> {
        let own = &arrival.session.id;
        let by_place = (is_loose && arrival.is_nameless && *own < row.session.id).then_some(own);
        let wanted = arrival.mapped.map(|mapped| &mapped.id);
        let wanted = wanted.or(by_place.filter(|own| names.contains(own)));
        let wanted = wanted.filter(|wanted| **wanted != row.session.id).cloned();
        let mut aliases = std::mem::take(&mut row.session.aliases);
        aliases.extend(names);
        aliases.push(row.session.id.clone());
        if let Some(wanted) = wanted
            && !self.store.session_is_used(row)?
        {
            self.store.remove_alias(&wanted)?;
            row.session.id = wanted;
        }
        aliases.sort();
        aliases.dedup();
        for alias in aliases {
            let is_taken = |other: SessionRow| other.number != row.number;
            if alias != row.session.id && !self.store.session(&alias)?.is_some_and(is_taken) {
                row.session.aliases.push(alias);
            }
        }
        Ok(())
    }

    /// Looks for the quotes of a session's episodes in its turns as they now are, and tells what
    /// moved.
    fn look_for_quotes_again(&mut self, row: &SessionRow, report: &mut FileReport) -> Result<()> {
        let mut source = Source::of(row);
        for quote in self.store.quotes_of_session(row.number)? {
            let now = source.standing(&self.store, &quote.quote, &quote.turn)?;
            if now == quote.standing {
                continue;
            }
            self.store.set_standing(quote.number, &now)?;
            // A quote that waited for its session was nowhere before.
            if quote.standing != Standing::NO_SESSION {
                report.moved.push(Moved {
                    unit: quote.unit,
                    quote: quote.quote.chars().take(SHOWN).collect(),
                    position: quote.position,
                    before: quote.standing,
                    now,
                });
            }
        }
        Ok(())
    }
}

fn count_of(session: &Session) -> u32 {
    u32::try_from(session.turns.len()).unwrap_or(u32::MAX)
}
