//! Tells whether a file lies on a network drive, where SQLite's locks are not dependable.

use std::path::Path;

const NETWORK: [&str; 11] = [
    "9p",
    "afs",
    "beegfs",
    "ceph",
    "cifs",
    "fuse.sshfs",
    "glusterfs",
    "lustre",
    "nfs",
    "nfs4",
    "smb3",
];

/// The kind of network drive that `path` lies on. Only Linux says; elsewhere nothing is known.
pub fn network_drive(path: &Path) -> Option<String> {
    let mounts = std::fs::read_to_string("/proc/self/mounts").ok()?;
    kind(&mounts, &path.canonicalize().ok()?).map(str::to_owned)
}

/// The kind by a table of mounts: lines of device, folder, kind and options.
fn kind<'m>(mounts: &'m str, path: &Path) -> Option<&'m str> {
    let (_, kind) = mounts
        .lines()
        .filter_map(|line| {
            let mut words = line.split(' ').skip(1);
            Some((unescaped(words.next()?), words.next()?))
        })
        .filter(|(folder, _)| path.starts_with(folder))
        // A later mount covers an earlier one of the same folder.
        .max_by_key(|(folder, _)| folder.len())?;
    NETWORK.contains(&kind).then_some(kind)
}

/// Blanks in the names of folders stand as `\040`.
fn unescaped(folder: &str) -> String {
    folder.replace("\\040", " ").replace("\\134", "\\")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_innermost_mount_decides() {
        let mounts = "/dev/vda / ext4 rw 0 0\nhost:/x /home nfs4 rw 0 0\n\
                      /dev/vdb /home/ana ext4 rw 0 0\nhost:/y /mnt/my\\040share cifs rw 0 0\n";
        let on = |path: &str| kind(mounts, Path::new(path));
        assert_eq!(on("/root/study.tiebreak"), None);
        assert_eq!(on("/home/ben/study.tiebreak"), Some("nfs4"));
        assert_eq!(on("/home/ana/study.tiebreak"), None);
        assert_eq!(on("/homes/study.tiebreak"), None);
        assert_eq!(on("/mnt/my share/study.tiebreak"), Some("cifs"));
    }
}
