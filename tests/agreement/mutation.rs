//! No document makes either engine panic: mutated real documents of `../shared/corpus`, in every layer.

use std::fs;
use std::io::Write as _;
use std::path::Path;

use serde_json::{Value, json};

use crate::change::LAYERS;
use crate::dice::{Dice, seed};
use crate::document::ACCOUNT;
use crate::pair::both;
use crate::question::ask;

/// Texts that are put in where another stood.
const PIECES: [&str; 14] = [
    "*",
    "?",
    "${",
    "}",
    "${aws:TagKeys}",
    "arn:aws:",
    "::::::",
    "kms:",
    "ä",
    "字",
    "",
    "sts:AssumeRole*",
    "0/0",
    "true",
];

/// Documents of the corpus that are JSON.
fn documents() -> Option<Vec<Value>> {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus");
    let managed = fs::read_to_string(corpus.join("managed/latest.json")).ok()?;
    let managed: Value = serde_json::from_str(&managed).unwrap();
    let mut found: Vec<Value> = managed.as_object().unwrap().values().step_by(9).cloned().collect();
    let mut paths: Vec<_> =
        fs::read_dir(corpus.join("guardrails")).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    let read = |path: &std::path::PathBuf| serde_json::from_str(&fs::read_to_string(path).ok()?).ok();
    found.extend(paths.iter().filter_map(read).filter(|document: &Value| document.get("Statement").is_some()));
    // A large document shows no more and takes longer.
    found.retain(|document| document.to_string().len() < 6_000);
    Some(found)
}

/// Changes texts, takes members and entries away.
fn mutate(dice: &mut Dice, value: &mut Value, percent: usize) {
    match value {
        Value::String(text) if dice.percent(percent) => {
            let characters: Vec<char> = text.chars().collect();
            let start = dice.below(characters.len() + 1);
            let end = characters.len().min(start + dice.below(4));
            let front: String = characters.iter().take(start).collect();
            let behind: String = characters.iter().skip(end).collect();
            *text = format!("{front}{}{behind}", dice.pick(&PIECES));
        }
        Value::Array(items) => {
            if items.len() > 1 && dice.percent(percent) {
                items.remove(dice.below(items.len()));
            }
            items.iter_mut().for_each(|item| mutate(dice, item, percent));
        }
        Value::Object(members) => {
            let names: Vec<String> = members.keys().cloned().collect();
            // Names of operators and keys are texts, too.
            for name in names.iter().filter(|name| name.contains(':')) {
                if dice.percent(percent)
                    && let Some(member) = members.shift_remove(name)
                {
                    members.insert(format!("{name}{}", dice.pick(&PIECES)), member);
                }
            }
            members.values_mut().for_each(|item| mutate(dice, item, percent));
        }
        _ => {}
    }
}

#[test]
fn no_document_makes_an_engine_panic() {
    let Some(documents) = documents() else {
        // Past the test harness, which would keep it to itself.
        writeln!(std::io::stderr(), "skipped: there is no ../shared/corpus").unwrap();
        return;
    };
    let mut dice = Dice::new(seed() + 5);
    let user = json!({"arn": format!("arn:aws:iam::{ACCOUNT}:user/alice"), "type": "user", "tags": {}});
    let (mut decided, mut answered) = (0, 0);
    for round in 0..6_000 {
        let mut document = documents[dice.below(documents.len())].clone();
        // Few of the documents stand a change everywhere.
        let percent = dice.pick(&[0, 1, 3, 10]);
        mutate(&mut dice, &mut document, percent);
        let layer = dice.pick(&LAYERS);
        if matches!(layer, "resourcePolicy" | "endpointPolicy") {
            for statement in document["Statement"].as_array_mut().into_iter().flatten() {
                if statement.get("Principal").is_none() && statement.is_object() {
                    statement["Principal"] = json!("*");
                }
            }
        }
        let mut line = json!({"principal": user, "identityPolicies": null});
        line[layer] = if matches!(layer, "scps" | "rcps") { json!([[document]]) } else { document };
        if layer == "sessionPolicies" {
            line["principal"] = json!({"arn": format!("arn:aws:sts::{ACCOUNT}:assumed-role/r/sess"),
                "type": "role-session", "tags": {}, "issuer": format!("arn:aws:iam::{ACCOUNT}:role/r")});
        }
        let mut pair = line.clone();
        let (action, resource) = dice.pick(&[
            ("s3:GetObject", "arn:aws:s3:::b/k"),
            ("iam:CreateUser", "arn:aws:iam::111122223333:user/x"),
            ("kms:Decrypt", "arn:aws:kms:us-east-1:111122223333:key/k"),
            ("sts:AssumeRole", "arn:aws:iam::111122223333:role/r"),
        ]);
        pair["request"] = json!({"action": action, "resource": resource, "context": {"aws:SourceIp": "203.0.113.7"}});
        if let Some((direct, symbolic)) = both(&pair) {
            decided += 1;
            assert_eq!(Ok(direct), symbolic, "{pair}");
        }
        if round % 100 == 0 {
            line["goal"] = json!({"action": action});
            if let Some(verdict) = ask(&line, false) {
                answered += 1;
                assert!(verdict.is_ok(), "{line}\n{:?}", verdict.err());
            }
        }
    }
    println!("{decided} decided, {answered} answered");
    assert!(decided >= 1_500 && answered >= 10, "{decided} decided, {answered} answered");
}
