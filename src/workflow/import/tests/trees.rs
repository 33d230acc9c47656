//! Folders of logs: what is recognised in them, and what another import of them finds.

use std::os::unix::fs::symlink;

use serde_json::json;

use super::{
    sessions::{chat, native, quoting},
    *,
};
use crate::{
    domain::standing::{Found, Standing},
    workflow::{
        export::{Export, Scope},
        import::{Defaults, Imported},
        sight::Viewer,
    },
};

impl Bench {
    fn tree(&mut self, name: &str) -> Imported {
        self.tree_by(name, 2)
    }

    fn tree_by(&mut self, name: &str, threads: usize) -> Imported {
        let path = [self.path(name)];
        self.study
            .import_sessions(&path, &self.options, threads, &mut |_, _| {})
            .unwrap()
    }

    fn exported(&self) -> String {
        let mut text = Vec::new();
        let scope = Scope {
            viewer: &Viewer::Program,
            batch: None,
            redact: false,
        };
        let done = self.study.export(Export::Sessions, &scope, &mut text);
        done.unwrap();
        String::from_utf8(text).unwrap()
    }
}

fn of<'i>(imported: &'i Imported, name: &str) -> &'i FileReport {
    let mut files = imported.files.iter();
    files
        .find(|report| report.path.ends_with(name))
        .unwrap_or_else(|| panic!("no {name}"))
}

#[test]
fn a_file_is_known_by_what_is_in_it_and_strange_ones_harm_no_other() {
    let mut bench = Bench::new();
    let plain = chat("u-1", &["Do it.", "Done."]);
    let fenced = "```\n_**User**_\n\n---\n\nnot a turn\n```";
    let rule = "a\n\n---\n\nb";
    let files: [(&str, Vec<u8>); 13] = [
        ("md.txt", plain.replace("u-1", "u-2").into()),
        (
            "noname",
            plain
                .replace('\n', "\r\n")
                .replace("Do it.", "Other.")
                .replace("u-1", "u-3")
                .into(),
        ),
        (
            "bom.md",
            format!("\u{feff}{}", chat("u-4", &["With a mark.", "Yes."])).into(),
        ),
        ("nul.md", chat("u-5", &["a\0b", "c"]).into()),
        (
            "latin.md",
            [chat("u-6", &["caf"]).as_bytes(), b"\xe9\n"].concat(),
        ),
        ("fence.md", chat("u-7", &["Look:", fenced]).into()),
        ("rule.md", chat("u-8", &[rule, "Yes."]).into()),
        ("one.md", chat("u-9", &["Alone."]).into()),
        ("none.md", chat("u-10", &[]).into()),
        ("native.log", native("n-1", &["Hello."]).to_string().into()),
        (
            "torn.jsonl",
            format!("{}\n{{\"session\":\"n-2\",\"tur", native("n-3", &["x"])).into(),
        ),
        ("image.md", vec![0x89, b'P', b'N', b'G', 0, 0xff]),
        ("void.jsonl", Vec::new()),
    ];
    for (name, bytes) in &files {
        bench.write(&format!("t/{name}"), bytes);
    }
    symlink(bench.path("t"), bench.path("t/loop")).unwrap();
    symlink(bench.path("t/nowhere"), bench.path("t/dangling")).unwrap();
    let imported = bench.tree("t");
    let skipped = |name: &str| of(&imported, name).skipped.clone().unwrap_or_default();
    assert!(skipped("t/loop").contains("link to a folder"));
    assert!(skipped("dangling").contains("leads nowhere"));
    assert!(skipped("image.md").contains("not a kind of session log"));
    assert_eq!(skipped("void.jsonl"), "is empty");
    let torn = of(&imported, "torn.jsonl");
    assert!(!torn.landed && told(torn)[0].contains("2:: is cut off"));
    let landed = imported.files.iter().filter(|report| report.landed);
    assert_eq!(landed.count(), 10);
    assert_eq!(of(&imported, "native.log").turns, (1, 0));
    assert_eq!(of(&imported, "none.md").turns, (0, 0));
    assert_eq!(warned(of(&imported, "latin.md"), "not UTF-8"), Some(1));

    let turns = |id: &str| {
        let row = bench.study.store.session(id).unwrap().unwrap();
        let turns = bench.study.store.turns(row.number).unwrap();
        turns.into_iter().map(|turn| turn.text).collect::<Vec<_>>()
    };
    assert_eq!(turns("u-3"), ["Other.", "Done."]);
    assert_eq!(turns("u-4"), ["With a mark.", "Yes."]);
    assert_eq!(turns("u-5"), ["a\0b", "c"]);
    assert_eq!(turns("u-8"), [rule, "Yes."]);
    assert_eq!(turns("t__one"), ["Alone."]);
}

#[test]
fn the_outcome_is_the_same_for_any_number_of_threads() {
    let outcome = |threads| {
        let mut bench = Bench::new();
        for n in 0..120 {
            let text = "word ".repeat(n * 37 % 400);
            let turns = [text.as_str(), "Done.", "More."];
            // Every third is a longer or shorter copy of the one before.
            let id = format!("u-{}", n - usize::from(n % 3 == 2));
            bench.write(
                &format!("t/f{}/{n}.md", n % 5),
                chat(&id, &turns[..1 + n % 3]),
            );
        }
        let imported = bench.tree_by("t", threads);
        let fates: Vec<[usize; 4]> = imported.files.iter().map(fates).collect();
        let files = bench.path("").display().to_string();
        (fates, bench.dump().replace(&files, ""))
    };
    let wanted = outcome(1);
    for threads in [2, 9] {
        let (fates, dump) = outcome(threads);
        assert_eq!(fates, wanted.0, "{threads} threads");
        let other = dump.lines().zip(wanted.1.lines()).find(|(a, b)| a != b);
        assert_eq!(other, None, "{threads} threads");
        assert_eq!(dump.len(), wanted.1.len());
    }
}

#[test]
fn copies_are_made_one_in_whatever_order_they_come() {
    let copies = [
        ("c/1.md", chat("u-1", &["Do it.", "Done.", "Thanks."])),
        ("a/2.md", chat("u-1", &["Do it.", "Done."])),
        ("b/3.md", chat("u-1", &["Do it.", "Done.", "Thanks!"])),
        ("d/4.md", chat("u-1", &["Do it."])),
    ];
    let mut outcomes = Vec::new();
    for order in [[0, 1, 2, 3], [3, 2, 1, 0], [1, 3, 0, 2], [2, 0, 3, 1]] {
        let mut bench = Bench::new();
        for place in order {
            let (name, text) = &copies[place];
            bench.write(name, text);
            bench.tree(name);
        }
        assert_eq!(bench.sessions().len(), 1);
        outcomes.push(bench.exported());
    }
    assert!(
        outcomes[0].contains("\"session\":\"a__2\""),
        "{}",
        outcomes[0]
    );
    // Of the two that are equally full that of the first name is kept.
    assert!(outcomes[0].contains("Thanks!"), "{}", outcomes[0]);
    for outcome in &outcomes[1..] {
        assert_eq!(outcome, &outcomes[0]);
    }
}

#[test]
fn another_import_tells_what_is_new_changed_moved_and_gone() {
    let mut bench = Bench::new();
    for (name, id, text) in [
        ("1.md", "u-1", "No, not that."),
        ("2.md", "u-2", "Stay."),
        ("3.md", "u-3", "Go."),
    ] {
        bench.write(&format!("t/{name}"), chat(id, &[text, "Done."]));
    }
    let rows = [native("n-1", &["a"]), native("n-2", &["b"])];
    bench.write("t/n.jsonl", format!("{}\n{}\n", rows[0], rows[1]));
    let first = bench.tree("t");
    assert_eq!(first.files.iter().map(|r| r.new).sum::<usize>(), 5);
    bench.land(What::Episodes, "e.jsonl", &[quoting("t__1", "not that")]);

    let before = bench.dump();
    let again = bench.tree("t");
    assert!(
        again
            .files
            .iter()
            .all(|r| fates(r) == [0, r.unchanged, 0, 0] && r.landed)
    );
    assert!(
        again.files.iter().all(|r| r.kind.is_none()),
        "nothing was read again"
    );
    assert_eq!((again.removed.len(), bench.dump()), (0, before));

    bench.write("t/1.md", chat("u-1", &["Please, no, not  that.", "Done."]));
    bench.write("t/4.md", chat("u-4", &["New.", "Done."]));
    bench.write("t/n.jsonl", format!("{}\n", rows[0]));
    fs::remove_file(bench.path("t/3.md")).unwrap();
    fs::rename(bench.path("t/2.md"), bench.path("t/2b.md")).unwrap();
    let changed = bench.tree("t");
    assert_eq!(fates(of(&changed, "1.md")), [0, 0, 1, 0]);
    assert_eq!(fates(of(&changed, "4.md")), [1, 0, 0, 0]);
    let moved = &of(&changed, "1.md").moved[0];
    assert_eq!((&*moved.unit.0, moved.position), ("t__1#M1", 1));
    let side = |one: &Standing| (one.found, one.place.as_ref().unwrap().range());
    assert_eq!(side(&moved.before), (Found::Exact, 4..12));
    assert_eq!(side(&moved.now), (Found::Normalised, 12..21));
    let gone: Vec<&str> = changed
        .removed
        .iter()
        .map(|gone| gone.session.as_str())
        .collect();
    // What moved to another file is not gone, and nothing that is gone is forgotten.
    assert_eq!(gone, ["n-2", "t__3"]);
    assert_eq!(bench.sessions().len(), 6);
}

#[test]
fn what_files_do_not_say_follows_from_options_and_folders_and_the_map_counts_most() {
    let mut bench = Bench::new();
    bench.write("own.er__na-me/x.md", chat("u-1", &["Do it."]));
    bench.write("plain/y.md", chat("u-2", &["Do that."]));
    bench.write("plain/n.jsonl", native("n-1", &["a"]).to_string());
    bench.write(
        "own-er__name/.specstory/history/z.md",
        chat("u-3", &["Do more."]),
    );
    bench.tree("");
    let facts = |bench: &Bench, id: &str| {
        let session = bench.study.store.session(id).unwrap().unwrap().session;
        [
            session.repository,
            session.source,
            session.modality,
            session.license,
        ]
    };
    let some = |text: &str| Some(text.to_owned());
    assert_eq!(
        facts(&bench, "u-1")[0],
        None,
        "no owner has a dot in its name"
    );
    assert_eq!(facts(&bench, "u-3")[0], some("own-er/name"));
    bench.options.defaults = Defaults {
        repository: some("o/r"),
        source: some("team"),
        modality: some("cli"),
        license: some("MIT"),
        agent: None,
    };
    bench.map(&json!([{"session": "two", "file": "plain/y.md", "license": "BSD"}]));
    bench.tree("");
    assert_eq!(
        facts(&bench, "n-1"),
        [some("o/r"), some("team"), some("cli"), some("MIT")]
    );
    // The file says that it is from SpecStory, and in an editor.
    assert_eq!(
        facts(&bench, "two"),
        [some("o/r"), some("specstory"), some("ide"), some("BSD")]
    );
    assert_eq!(facts(&bench, "u-3")[0], some("own-er/name"));
    bench.options = Options::default();
    let before = bench.dump();
    bench.tree("");
    assert_eq!(bench.dump(), before);
}

#[test]
fn a_folder_of_thousands_of_files_is_taken_in_and_known_again() {
    let mut bench = Bench::new();
    for n in 0..3000 {
        bench.write(&format!("t/{n}.md"), chat(&format!("u-{n}"), &["Do it."]));
    }
    assert_eq!(
        bench.tree("t").files.iter().map(|r| r.new).sum::<usize>(),
        3000
    );
    let again = bench.tree("t");
    assert_eq!(again.files.iter().map(|r| r.unchanged).sum::<usize>(), 3000);
}
