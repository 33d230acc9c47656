//! One invented file for each generation of SpecStory's exporters, and the ways logs go wrong.

use tiebreak::{
    domain::{event, session::Turn},
    formats::specstory::{self, SpecStory},
};

const G0: &str = include_str!("fixtures/specstory/g0.md");
const G1: &str = include_str!("fixtures/specstory/g1.md");
const G1B: &str = include_str!("fixtures/specstory/g1b.md");
const G2: &str = include_str!("fixtures/specstory/g2.md");
const C0: &str = include_str!("fixtures/specstory/c0.md");
const C1: &str = include_str!("fixtures/specstory/c1.md");
const C2: &str = include_str!("fixtures/specstory/c2.md");
const ALL: [&str; 7] = [G0, G1, G1B, G2, C0, C1, C2];

fn origin(story: &SpecStory) -> [Option<&str>; 5] {
    [
        story.title.as_deref(),
        story.session_id.as_deref(),
        Some(&story.agent),
        Some(story.modality),
        story.started_at.as_deref(),
    ]
}

/// The turns as lines such as `2 AGENT: first line`.
fn outline(story: &SpecStory) -> Vec<String> {
    let line = |turn: &Turn| {
        let kind = turn.kind.as_ref().map(|k| format!(" ({k})"));
        let first = turn.text.lines().next().unwrap_or_default();
        format!(
            "{} {}{}: {first}",
            turn.number,
            turn.role,
            kind.unwrap_or_default()
        )
    };
    story.turns.iter().map(line).collect()
}

#[test]
fn every_generation_is_recognised_and_other_markdown_is_not() {
    for text in ALL {
        assert!(specstory::looks_like(text));
        assert!(specstory::looks_like(&format!(
            "\u{feff}\n{}",
            text.replace('\n', "\r\n")
        )));
    }
    assert!(specstory::looks_like("## SpecStory\n"));
    for text in [
        "",
        "\n",
        "# Notes\n\nsome words\n\n_**User**_\n",
        "## SpecStory\n\nis an exporter of chats\n",
        "{\"turns\": []}",
    ] {
        assert!(!specstory::looks_like(text), "{text}");
    }
}

#[test]
fn the_first_extension_heads_each_bubble_and_dates_in_american_style() {
    let story = specstory::parse(G0);
    let [title, _, _, _, start] = origin(&story);
    assert_eq!(title, Some("Sorting the Seed Catalogue"));
    assert_eq!((&*story.agent, story.modality), ("Unknown", "ide"));
    assert_eq!(start, Some("2025-01-23T16:05:09Z"));
    assert_eq!(
        outline(&story),
        [
            "1 USER: sort the beans by height, please",
            "2 AGENT: I will read the catalogue first.",
            "3 USER: not the peas",
            "4 AGENT: Only the beans are sorted now.",
        ]
    );
    assert_eq!(
        story.turns[1].text,
        "I will read the catalogue first.\n\n```\nbeans.sort(key=height)\n```"
    );
}

#[test]
fn an_empty_answer_makes_no_turn_and_joins_the_messages_around_it() {
    let story = specstory::parse(G0);
    assert_eq!(story.turns[2].text, "not the peas\n\nonly the beans");
    let story = specstory::parse(G1B);
    assert_eq!(story.turns[0].text, "读取温度\n\n再试一次");
    assert_eq!(story.turns[0].at.as_deref(), Some("2025-09-02 08:11Z"));
}

#[test]
fn text_below_an_empty_header_keeps_the_new_role() {
    let story = specstory::parse("_**User**_\n\na\n\n---\n\n_**Agent**_\n\n_**Agent**_\n\nb\n");
    assert_eq!(outline(&story), ["1 USER: a", "2 AGENT: b"]);
}

#[test]
fn rules_inside_a_message_do_not_end_it() {
    let story = specstory::parse(G1);
    assert_eq!(
        outline(&story),
        [
            "1 USER: write the watering plan",
            "2 AGENT: <details>",
            "3 USER: good",
        ]
    );
    assert!(
        story.turns[0]
            .text
            .contains("\n---\ntitle: plan\n---\n\n---\n\nno wait")
    );
    assert!(story.turns[0].text.ends_with("make it weekly"));
    assert!(story.turns[1].text.ends_with("\n_**User**_\nand so on."));
    assert_eq!(story.notes.len(), 1, "{:?}", story.notes);
    assert_eq!(
        origin(&story),
        [
            Some("Watering Plan (draft)"),
            None,
            Some("Unknown"),
            Some("ide"),
            Some("2025-04-02T09:15:30Z")
        ]
    );
}

#[test]
fn the_file_name_tells_the_start_or_its_zone_where_the_text_does_not() {
    let story = specstory::parse_named(G1, "2025-04-02_13-15-watering-plan.md");
    assert_eq!(story.started_at.as_deref(), Some("2025-04-02T13:15:30Z"));
    let story = specstory::parse_named("# Plan\n\n_**User**_\n\na\n", "2025-04-02_13-15Z-plan.md");
    assert_eq!(story.started_at.as_deref(), Some("2025-04-02T13:15:00Z"));
}

#[test]
fn a_session_starts_with_its_first_user_where_that_is_earlier() {
    let story = specstory::parse(G1B);
    assert_eq!(
        origin(&story),
        [
            Some("堆肥温度记录"),
            Some("0f0f0f0f-1111-2222-3333-444444444444"),
            Some("Cursor"),
            Some("ide"),
            Some("2025-09-02T08:11:00Z"),
        ]
    );
    assert!(story.turns[1].text.contains("Thought Process"));
}

#[test]
fn headers_quoted_in_a_tool_block_are_text_and_an_open_fence_hides_none() {
    let story = specstory::parse(G2);
    assert_eq!(
        outline(&story),
        [
            "1 USER: why is the gate open?",
            "2 AGENT: <tool-use data-tool-type=\"read\" data-tool-name=\"copilot_readFile\">",
            "3 USER: ```",
            "4 AGENT: Then I will look at the hinge.",
        ]
    );
    let found = event::events(&story.turns[1]);
    assert_eq!(found[0].name.as_deref(), Some("copilot_readFile"));
    assert_eq!(found[0].class.as_deref(), Some("read"));
    let block = &story.turns[1].text[found[0].range.clone()];
    assert!(block.ends_with("</tool-use>"), "{block}");
    assert_eq!((&*story.agent, story.modality), ("GitHub Copilot", "ide"));
    assert_eq!(story.started_at.as_deref(), Some("2025-11-20T07:00:00Z"));
}

#[test]
fn the_first_command_line_files_have_underscores_in_their_times() {
    let story = specstory::parse(C0);
    assert_eq!(
        origin(&story),
        [
            None,
            Some("chat-ws-1751541753-seed"),
            Some("Claude Code"),
            Some("cli"),
            Some("2025-07-03T11:22:33Z"),
        ]
    );
    assert_eq!(
        outline(&story),
        [
            "1 USER: count the tomatoes",
            "2 AGENT: Tool use: **Bash** Count"
        ]
    );
    assert!(story.turns[1].text.ends_with("```\n\nThere are 17."));
}

#[test]
fn program_text_under_a_user_header_splits_no_turn_and_is_marked_where_it_stands_alone() {
    let story = specstory::parse(C1);
    assert_eq!(
        outline(&story),
        [
            "1 USER: label the pots",
            "2 AGENT: <think><details><summary>Thought Process</summary>",
            "3 USER: [Request interrupted by user]",
            "4 AGENT: In pencil.",
            "5 USER (command): /exit",
        ]
    );
    assert_eq!(
        story.turns[2].text,
        "[Request interrupted by user]\n\nin pencil, not ink"
    );
}

#[test]
fn a_subagent_and_the_log_it_prints_belong_to_the_agent_turn() {
    let story = specstory::parse(C2);
    assert_eq!(
        outline(&story),
        [
            "1 USER: prune the hedge",
            "2 AGENT: <tool-use data-tool-type=\"task\" data-tool-name=\"Task\"><details>",
            "3 USER (command): <command-name>/exit</command-name>",
        ]
    );
    let agent = &story.turns[1];
    assert!(agent.text.contains("too high.\n\n<tool-use"));
    assert!(
        agent
            .text
            .contains("_**User (2026-02-01 02:01:00-0700)**_\n\nthanks\n```")
    );
    assert!(agent.text.ends_with("The helper stopped."));
    let events = event::events(agent);
    let kinds: Vec<&str> = events.iter().map(|event| event.kind.as_str()).collect();
    assert_eq!(kinds, ["tool", "sub_agent", "tool"]);
    let helper = &agent.text[events[1].range.clone()];
    assert!(!helper.contains("The helper stopped."), "{helper}");
}

#[test]
fn a_local_time_is_kept_as_written_and_compared_in_utc() {
    let story = specstory::parse(C2);
    assert_eq!(
        story.turns[1].at.as_deref(),
        Some("2026-03-01 02:00:05-0700")
    );
    let early = C2.replace("2026-03-01 02:00:00-0700", "2026-03-01 01:59:00-0700");
    let story = specstory::parse(&early);
    assert_eq!(story.started_at.as_deref(), Some("2026-03-01T08:59:00Z"));
}

#[test]
fn carriage_returns_change_nothing_but_the_text_that_holds_them() {
    for text in ALL {
        let mut unix = specstory::parse(text);
        let mut windows = specstory::parse(&text.replace('\n', "\r\n"));
        for (turn, same) in windows.turns.iter_mut().zip(&mut unix.turns) {
            let events = |turn: &Turn| {
                let told = event::events(turn).into_iter().map(|event| {
                    let text = turn.text[event.range].replace("\r\n", "\n");
                    (event.kind, event.name, event.class, text)
                });
                told.collect::<Vec<_>>()
            };
            assert_eq!(events(turn), events(same));
            turn.text = turn.text.replace("\r\n", "\n");
            turn.tools.clear();
            same.tools.clear();
        }
        assert_eq!(windows, unix);
    }
    let story = specstory::parse("_**User**_\n\na\r\n\tb \r\n\n---\n\n_**Agent**_\n\nc\n");
    assert_eq!(story.turns[0].text, "a\r\n\tb ");
}

#[test]
fn nul_bytes_stay_in_the_text() {
    let story = specstory::parse("_**User**_\n\na\0b\n\0\n\n---\n\n_**Agent**_\n\n\0\n");
    assert_eq!(story.turns[0].text, "a\0b\n\0");
    assert_eq!(story.turns[1].text, "\0");
}

#[test]
fn what_cannot_be_read_is_noted() {
    let story = specstory::parse(
        "<!-- Generated by SpecStory -->\n\nhello\n\n_**User (yesterday)**_\n\na\n",
    );
    assert_eq!(story.notes.len(), 2, "{:?}", story.notes);
    assert!(story.notes[0].starts_with("Line 3 "));
    assert!(story.notes[1].starts_with("Line 5 "));
    let story = specstory::parse("## SpecStory\n");
    assert_eq!(story.turns, []);
    assert_eq!(story.notes, ["The file has no turns."]);
}

#[test]
fn a_turn_far_earlier_than_the_one_before_is_noted() {
    let text = C2.replace("2026-03-01 02:01:00", "2026-02-01 02:01:00");
    let story = specstory::parse(&text);
    assert!(
        story.notes.iter().any(|note| note.contains("earlier")),
        "{:?}",
        story.notes
    );
}
