//! Gold as a folder that is ready to be published.

use std::{
    collections::BTreeMap,
    fs,
    io::Write,
    path::{Path, PathBuf},
    process,
};

use super::{Exported, Out, Scope};
use crate::{
    domain::{batch::Batch, ids::SessionId, label::Basis},
    formats::{card, gold},
    workflow::{Error, Result, Study, sha256_hex},
};

impl Study {
    /// Writes `data.jsonl`, its card `README.md`, `codebook.toml` and `SHA256SUMS` into a folder
    /// that must not exist. It appears whole or not at all.
    pub fn export_dataset(&self, scope: &Scope, folder: &Path) -> Result<Exported> {
        let batch = scope.batch.map(|name| self.batch(name)).transpose()?;
        if folder.exists() {
            return Err(Error::Refused(format!(
                "{} already exists; choose another folder",
                folder.display()
            )));
        }
        let partial = beside(folder)?;
        let written = self
            .fill_folder(scope, batch.as_ref(), folder, &partial)
            .and_then(|exported| {
                fs::rename(&partial, folder)
                    .map_err(|error| Error::Io(folder.to_owned(), error))?;
                Ok(exported)
            });
        if written.is_err() {
            fs::remove_dir_all(&partial).ok();
        }
        written
    }

    fn fill_folder(
        &self,
        scope: &Scope,
        batch: Option<&Batch>,
        folder: &Path,
        partial: &Path,
    ) -> Result<Exported> {
        let Some(codebook) = self.codebook_of_gold(batch)? else {
            return Err(Error::NotReady(
                "no batch is locked yet, so there is no gold to publish".into(),
            ));
        };
        let shelved = self.codebook(&codebook.name())?;
        let (mut data, mut bases) = (Vec::new(), BTreeMap::new());
        let mut sessions: BTreeMap<SessionId, Option<String>> = BTreeMap::new();
        let mut after_judge = 0;
        let mut out = Out::new(self, scope.redact, &mut data)?;
        self.each_gold(scope.viewer, batch, &mut out, |settled, out| {
            let content = &settled.label.content;
            *bases
                .entry(content.basis.map_or("", Basis::as_str))
                .or_insert(0) += 1;
            after_judge += usize::from(content.after_judge);
            if let Some(session) = settled.session {
                sessions.insert(session.id.clone(), session.license.clone());
            }
            out.record(&gold::write(settled));
            Ok(())
        })?;
        let exported = out.finish()?;
        let mut licenses: BTreeMap<Option<String>, usize> = BTreeMap::new();
        for license in sessions.into_values() {
            *licenses.entry(license).or_default() += 1;
        }
        let mut batches = Vec::new();
        for batch in self.batches_with_gold(batch)? {
            let size = self.store.batch_size(&batch.name)? as usize;
            batches.push((batch, size));
        }
        let name = folder.file_name().map(|name| name.display().to_string());
        let card = card::write(&card::About {
            name: &name.unwrap_or_default(),
            codebook: &shelved.codebook,
            codebook_sha256: &shelved.sha256,
            batches: &batches,
            units: exported.written,
            bases: &bases,
            after_judge,
            masked: exported.masked,
            licenses: &licenses,
        });
        let io = |path: &Path| {
            let path = path.to_owned();
            move |error| Error::Io(path, error)
        };
        fs::create_dir(partial).map_err(io(partial))?;
        let mut sums = String::new();
        for (name, bytes) in [
            ("README.md", card.as_bytes()),
            ("codebook.toml", shelved.toml.as_bytes()),
            ("data.jsonl", &data),
        ] {
            write_synced(&partial.join(name), bytes)?;
            sums.push_str(&format!("{}  {name}\n", sha256_hex(bytes)));
        }
        write_synced(&partial.join("SHA256SUMS"), sums.as_bytes())?;
        Ok(exported)
    }
}

fn write_synced(path: &Path, bytes: &[u8]) -> Result<()> {
    fs::File::create(path)
        .and_then(|mut file| {
            file.write_all(bytes)?;
            file.sync_all()
        })
        .map_err(|error| Error::Io(path.to_owned(), error))
}

/// A name in the same folder, so that a rename moves nothing.
fn beside(folder: &Path) -> Result<PathBuf> {
    let Some(name) = folder.file_name() else {
        return Err(Error::Usage(format!(
            "{} cannot name a new folder",
            folder.display()
        )));
    };
    let name = format!(".{}.partial-{}", name.display(), process::id());
    Ok(folder.with_file_name(name))
}
