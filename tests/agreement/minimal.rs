//! Makes a line that fails smaller while it still fails.

use serde_json::Value;

/// Takes parts away from a line while it still fails.
pub(crate) fn minimise(line: &Value, fails: &dyn Fn(&Value) -> bool) -> Value {
    let mut small = line.clone();
    loop {
        let smaller = candidates(&small).into_iter().find(|candidate| fails(candidate));
        match smaller {
            Some(smaller) => small = smaller,
            None => return small,
        }
    }
}

/// A line with one part less.
fn candidates(value: &Value) -> Vec<Value> {
    match value {
        Value::Array(items) => {
            let without = (0..items.len()).filter(|_| items.len() > 1).map(|index| {
                let mut less = items.clone();
                less.remove(index);
                Value::Array(less)
            });
            let within = items.iter().enumerate().flat_map(|(index, item)| {
                candidates(item).into_iter().map(move |smaller| {
                    let mut less = items.clone();
                    less[index] = smaller;
                    Value::Array(less)
                })
            });
            without.chain(within).collect()
        }
        Value::Object(members) => {
            let without = members.keys().filter(|key| *key != "identityPolicies").map(|key| {
                let mut less = members.clone();
                less.shift_remove(key);
                Value::Object(less)
            });
            let within = members.iter().flat_map(|(key, item)| {
                candidates(item).into_iter().map(move |smaller| {
                    let mut less = members.clone();
                    less.insert(key.clone(), smaller);
                    Value::Object(less)
                })
            });
            without.chain(within).collect()
        }
        _ => Vec::new(),
    }
}
