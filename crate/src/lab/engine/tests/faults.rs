//! Faults that are planted into the source of a kernel.

/// Rounds what it stores to half precision.
pub fn half_precision_output(source: String) -> String {
    let mut source = source;
    for name in arrays(&source, "read_write") {
        source = edit_uses(&source, &name, |place, rest| {
            let assignment = [" = ", " += ", " *= "];
            let operator = assignment
                .into_iter()
                .find(|operator| rest.starts_with(operator))?;
            let end = rest.find(';')?;
            let value = &rest[operator.len()..end];
            let text = format!("{place}{operator}quantizeToF16({value})");
            Some((text, end))
        });
    }
    source
}

/// Rounds what it reads to half precision.
pub fn half_precision_input(source: String) -> String {
    let mut source = source;
    for name in arrays(&source, "read") {
        source = edit_uses(&source, &name, |place, _| {
            Some((format!("quantizeToF16({place})"), 0))
        });
    }
    source
}

/// Reads the number behind the right one in what it binds first.
pub fn wrong_index(source: String) -> String {
    match arrays(&source, "read").first() {
        Some(name) => edit_uses(&source, name, |place, _| {
            let at = &place[name.len() + 1..place.len() - 1];
            Some((format!("{name}[({at}) + 1]"), 0))
        }),
        None => source,
    }
}

/// Leaves the weights as they are.
pub fn keeps_weights(source: String) -> String {
    keeps(&source, "weights")
}

/// Leaves an optimizer's first moment as it is.
pub fn keeps_first_moment(source: String) -> String {
    keeps(&source, "first")
}

/// Leaves an optimizer's second moment as it is.
pub fn keeps_second_moment(source: String) -> String {
    keeps(&source, "second")
}

/// Leaves running statistics as they are.
pub fn keeps_statistics(source: String) -> String {
    keeps(&source, "running")
}

fn keeps(source: &str, name: &str) -> String {
    edit_uses(source, name, |place, rest| {
        let end = rest.starts_with(" = ").then(|| rest.find(';'))??;
        Some((format!("{place} = {place}"), end))
    })
}

/// The arrays of floats that a kernel binds, by how it accesses them.
fn arrays(source: &str, access: &str) -> Vec<String> {
    let declaration = format!("var<storage, {access}> ");
    let declared = source.lines().filter_map(|line| {
        let (_, rest) = line.split_once(&declaration)?;
        let (name, kind) = rest.split_once(": ")?;
        let is_float = kind.starts_with("array<f32") || kind.starts_with("array<vec");
        is_float.then(|| name.to_owned())
    });
    declared.collect()
}

/// Replaces each element of an array, as `edit` says of its text and of what stands behind it: the new text, and how much of what stands
/// behind it that replaces, too.
fn edit_uses(
    source: &str,
    name: &str,
    edit: impl Fn(&str, &str) -> Option<(String, usize)>,
) -> String {
    let opening = format!("{name}[");
    let mut edited = String::new();
    let mut rest = source;
    while let Some(at) = rest.find(&opening) {
        let is_part =
            rest[..at].ends_with(|letter: char| letter.is_alphanumeric() || letter == '_');
        let mut depth = 0;
        let end = rest[at..].find(|letter| {
            depth += match letter {
                '[' => 1,
                ']' => -1,
                _ => 0,
            };
            letter == ']' && depth == 0
        });
        let end = at + end.map_or(opening.len(), |end| end + 1);
        edited.push_str(&rest[..at]);
        let replaced = if is_part {
            None
        } else {
            edit(&rest[at..end], &rest[end..])
        };
        rest = match replaced {
            Some((text, more)) => {
                edited.push_str(&text);
                &rest[end + more..]
            }
            None => {
                edited.push_str(&rest[at..end]);
                &rest[end..]
            }
        };
    }
    edited + rest
}

#[test]
fn faults_change_what_they_should() {
    let source = "var<storage, read> x: array<f32, 4>;\nvar<storage, read> at: array<u32, 4>;\nvar<storage, read_write> y: array<f32, 4>;\n\
                  y[i] = xx[i] + x[at[i]];\ny[i] += 1.0;\n";
    let changed =
        |fault: fn(String) -> String| fault(source.to_owned()).lines().skip(3).collect::<String>();
    assert_eq!(
        changed(half_precision_output),
        "y[i] = quantizeToF16(xx[i] + x[at[i]]);y[i] += quantizeToF16(1.0);"
    );
    assert_eq!(
        changed(half_precision_input),
        "y[i] = xx[i] + quantizeToF16(x[at[i]]);y[i] += 1.0;"
    );
    assert_eq!(
        changed(wrong_index),
        "y[i] = xx[i] + x[(at[i]) + 1];y[i] += 1.0;"
    );
}
