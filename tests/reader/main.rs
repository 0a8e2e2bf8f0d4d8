//! The reader agrees with `serde_json` on every recorded response, and on what is left of it after some damage.

#[path = "../../notion-schema/tests/judge/mod.rs"]
pub mod judge;

mod damage;

use std::collections::BTreeMap;
use std::iter;

use damage::{DAMAGES, Text};
use fastrand::Rng;
use notion_tests::recorded_bodies;
use serde_json::Value;

#[test]
fn agrees_on_every_recorded_response() {
    let Some(bodies) = recorded_bodies() else { return };
    let mut random = Rng::with_seed(1);
    let mut pages = 0;
    for body in &bodies {
        for &way in judge::WAYS {
            assert!(judge::strict(body, &[way]), "{body:?}");
            judge::default(body, &[way]);
        }
        let choices = choices(&mut random);
        judge::strict(body, &choices);
        judge::default(body, &choices);
        pages += count_pages(&serde_json::from_str(body).expect("JSON"));
    }
    assert!(pages > 0);
    println!("{} responses with {pages} pages", bodies.len());
}

#[test]
fn agrees_on_damaged_responses() {
    let Some(bodies) = recorded_bodies() else { return };
    let mut random = Rng::with_seed(2);
    let mut accepted: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    for body in &bodies {
        for (name, damage) in DAMAGES {
            let mut text = Text::new(body);
            damage(&mut text, &mut random);
            // Now and then more than one thing is wrong.
            while random.u8(..) < 64 {
                let (_, damage) = DAMAGES[random.usize(..DAMAGES.len())];
                damage(&mut text, &mut random);
            }
            let choices = choices(&mut random);
            let counts = accepted.entry(name).or_default();
            counts.0 += usize::from(judge::strict(text.as_str(), &choices));
            counts.1 += 1;
            judge::default(text.as_str(), &choices);
        }
    }
    println!("{:<10} accepted  total", "damage");
    for (name, (accepted, total)) in &accepted {
        println!("{name:<10} {accepted:>8} {total:>6}");
    }
    let total: usize = accepted.values().map(|counts| counts.1).sum();
    let accepted: usize = accepted.values().map(|counts| counts.0).sum();
    println!("{:<10} {accepted:>8} {total:>6}", "all");
    assert!(accepted > 0 && accepted < total);
}

fn choices(random: &mut Rng) -> Vec<u8> {
    iter::repeat_with(|| random.u8(..)).take(1024).collect()
}

fn count_pages(value: &Value) -> usize {
    match value {
        Value::Object(object) => {
            let is_page = value["object"] == "page" && object.contains_key("properties");
            usize::from(is_page) + object.values().map(count_pages).sum::<usize>()
        }
        Value::Array(items) => items.iter().map(count_pages).sum(),
        _ => 0,
    }
}
