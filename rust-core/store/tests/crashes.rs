//! What was acknowledged survives any crash: over seeded stories, and tried by leaving out each sync in turn.

mod story;

use quanji_store::SyncPoint;
use story::Tally;

/// Seeds of the ordinary run are 0 to 999; `QUANJI_LONG=1` goes on to 9,999.
fn seeds() -> u64 {
    if std::env::var_os("QUANJI_LONG").is_some_and(|value| value == "1") { 10_000 } else { 1_000 }
}

/// One story alone: `QUANJI_SEED=4 QUANJI_OMIT=Lines cargo test -p quanji-store --test crashes one -- --ignored`.
#[test]
#[ignore = "for looking into one seed"]
fn one_story_can_be_told_again() {
    let seed = std::env::var("QUANJI_SEED").ok().and_then(|seed| seed.parse().ok()).expect("QUANJI_SEED is a number");
    let omitted = std::env::var("QUANJI_OMIT").unwrap_or_default();
    let omitted: Vec<_> = SyncPoint::ALL.iter().copied().filter(|point| format!("{point:?}") == omitted).collect();
    if let Err(violation) = story::run(seed, &omitted) {
        panic!("seed {seed}: {}", violation.0);
    }
}

/// Half of the seeds each, on the two cores that every machine has.
fn run_all(seeds: u64) -> Result<Tally, String> {
    let half = |first: u64| -> Result<Tally, String> {
        let mut tally = Tally::default();
        for seed in (first..seeds).step_by(2) {
            tally += story::run(seed, &[]).map_err(|violation| format!("seed {seed}: {}", violation.0))?;
        }
        Ok(tally)
    };
    std::thread::scope(|scope| {
        let odd = scope.spawn(|| half(1));
        let mut tally = half(0)?;
        tally += odd.join().map_err(|_| "a story panicked".to_owned())??;
        Ok(tally)
    })
}

#[test]
fn what_was_acknowledged_survives_every_crash() {
    let seeds = seeds();
    let tally = run_all(seeds).expect("the property holds");
    println!("{seeds} seeds: {tally:?}");
    // A story that tries nothing proves nothing.
    assert!(tally.crashes > seeds && tally.crashes_inside_recovery > seeds / 2, "{tally:?}");
    assert!(tally.commits > seeds && tally.purges > seeds / 10 && tally.crashes_inside_purge > seeds / 10, "{tally:?}");
    assert!(tally.full_disks > seeds / 50 && tally.tails_cut > seeds / 10, "{tally:?}");
    assert!(
        tally.kills > seeds / 5 && tally.groups_lost > seeds / 20 && tally.parts_continued > seeds / 100,
        "{tally:?}"
    );
}

/// Tries the test above: without any one of the syncs it must fail. So every sync is needed, and none goes untried.
#[test]
fn leaving_out_any_one_sync_is_noticed() {
    let mut unnoticed = Vec::new();
    for point in SyncPoint::ALL {
        match (0..1_000).find_map(|seed| story::run(seed, &[*point]).err().map(|violation| (seed, violation.0))) {
            Some((seed, what)) => println!("without {point:?}: seed {seed}: {what}"),
            None => unnoticed.push(point),
        }
    }
    assert!(unnoticed.is_empty(), "nobody noticed that these were left out: {unnoticed:?}");
}
