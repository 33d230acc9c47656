use super::*;
use crate::workflow::{Error, sample::Filter};

fn plan(n: usize) -> Plan {
    Plan {
        name: "r1".into(),
        task: TASK.into(),
        n,
        seed: 7,
        annotators: vec!["ana".into(), "ben".into()],
        ..Plan::default()
    }
}

fn members(study: &Study, name: &str) -> Vec<UnitKey> {
    study.store.units_of_batch(name).unwrap()
}

#[test]
fn the_frame_leaves_out_low_confidence_and_units_that_are_in_a_batch() {
    let mut study = study(12);
    draw(&mut study, "first", &[1, 2], &["ana"]);
    let drawn = study.sample(&plan(9)).unwrap();
    assert_eq!(drawn.batch.frame.size, 9);
    assert_eq!(
        drawn.left_out,
        [("low confidence", 1), ("already in a batch", 2)]
    );
    let mut units = members(&study, "r1");
    units.sort();
    assert_eq!(units, (3..=11).map(unit).collect::<Vec<_>>());

    let mut all = super::study(12);
    let whole = Plan {
        whole_frame: true,
        ..plan(12)
    };
    assert_eq!(all.sample(&whole).unwrap().left_out, []);
    let mut few = super::study(3);
    assert!(
        matches!(few.sample(&plan(3)), Err(Error::Refused(why)) if why.contains("--frame all"))
    );
    assert!(few.batches().unwrap().is_empty());
}

#[test]
fn a_seed_draws_the_same_units_again_and_each_annotator_has_an_own_order() {
    let (mut one, mut other) = (study(40), study(40));
    one.sample(&plan(20)).unwrap();
    other.sample(&plan(20)).unwrap();
    assert_eq!(members(&one, "r1"), members(&other, "r1"));
    let order = |rater| {
        let desk = one.desk("r1", rater).unwrap();
        let mine = one.assigned_from(&desk, 1, 99).unwrap();
        mine.into_iter().map(|one| one.unit).collect::<Vec<_>>()
    };
    let (ana, ben) = (order("ana"), order("ben"));
    assert_ne!(ana, ben);
    let sorted = |mut units: Vec<UnitKey>| {
        units.sort();
        units
    };
    assert_eq!(sorted(ana), sorted(ben));
}

#[test]
fn a_draw_per_code_keeps_the_chance_of_every_unit() {
    let mut study = study(11);
    for place in 1..=10 {
        let content = symptom(&study, if place <= 8 { "S1" } else { "S2" });
        judged(&mut study, place, &content);
    }
    let per_code = Plan {
        per_code: Some(("symptom".into(), "judge".into())),
        ..plan(2)
    };
    study.sample(&per_code).unwrap();
    let batch = study.store.batch("r1").unwrap().unwrap();
    let mut drawn: Vec<(String, f64)> = batch
        .members
        .iter()
        .map(|member| (member.stratum.clone().unwrap(), member.probability.unwrap()))
        .collect();
    drawn.sort_by(|a, b| a.0.cmp(&b.0));
    let expected = [("S1", 0.25), ("S1", 0.25), ("S2", 1.0), ("S2", 1.0)];
    assert_eq!(
        drawn,
        expected.map(|(code, chance)| (code.to_owned(), chance))
    );
}

#[test]
fn a_filter_names_its_key_and_an_unknown_one_is_refused() {
    let mut study = study(5);
    let narrowed = |text: &str| Plan {
        name: text.to_owned(),
        filters: vec![Filter::parse(text).unwrap()],
        whole_frame: true,
        ..plan(1)
    };
    assert_eq!(
        study
            .sample(&narrowed("modality=cli"))
            .unwrap()
            .batch
            .frame
            .size,
        5
    );
    assert_eq!(
        study
            .sample(&narrowed("confidence!=high"))
            .unwrap()
            .batch
            .frame
            .size,
        1
    );
    assert_eq!(
        study
            .sample(&narrowed("started_at>=2025-06-04"))
            .unwrap()
            .batch
            .frame
            .size,
        5
    );
    assert_eq!(
        study
            .sample(&narrowed("started_at<=2025-06-04"))
            .unwrap()
            .batch
            .frame
            .size,
        5
    );
    assert!(study.sample(&narrowed("started_at>=2025-07")).is_err());
    for place in 1..=2 {
        let content = symptom(&study, "S3");
        judged(&mut study, place + 2, &content);
    }
    assert!(
        Filter::parse("mood=good")
            .unwrap_err()
            .contains("repository")
    );
    assert!(Filter::parse("modality").unwrap_err().contains("key=value"));
}

#[test]
fn a_given_list_is_frozen_as_it_stands() {
    let mut study = study(5);
    let listed = |units: &[usize]| Plan {
        units: Some(units.iter().map(|place| unit(*place)).collect()),
        ..plan(0)
    };
    assert!(study.sample(&listed(&[4, 4])).is_err());
    assert!(study.sample(&listed(&[99])).is_err());
    study.sample(&listed(&[5, 1, 3])).unwrap();
    assert_eq!(members(&study, "r1"), [unit(5), unit(1), unit(3)]);
}
