//! Shader sources, written out for one shape.
//!
//! A GPU's compiler keeps sums in registers only where it knows at which place of an array each of them is, and some
//! compilers do not unroll loops by themselves. So what has to be unrolled is written out here: a source has lines
//!
//! ```text
//! //:repeat f TILE
//!     sum_$f += weights[at + $fu] * pixel_$(f + 2 * STRIDE);
//! //:end
//! //:if GUARDED
//! //:else
//! //:end
//! ```
//!
//! of which the first is written once for each number below a constant (or a number), with the number in place of
//! `$f`, and the second is kept where a constant is not 0. Variables have one letter. In `$( )` stands a number that is
//! worked out: sums, differences and products of variables, constants and numbers.

use std::fmt::Write;

/// The named numbers of a kernel: sizes, strides, counts.
pub type Constants = Vec<(&'static str, u32)>;

/// The source with its repetitions written out, behind its constants.
pub fn written_out(source: &str, constants: &Constants) -> String {
    let mut out = String::new();
    for (name, value) in constants {
        // Writing to a string cannot fail.
        let _ = writeln!(out, "const {name}: u32 = {value}u;");
    }
    let lines: Vec<&str> = source.lines().collect();
    block(&lines, constants, &mut Vec::new(), &mut out);
    out
}

/// A line that opens a block, or goes from its first part to its second, or closes it.
enum Mark<'a> {
    Repeat(char, &'a str),
    If(&'a str),
    Else,
    End,
}

fn mark(line: &str) -> Option<Mark<'_>> {
    let mut words = line.trim().strip_prefix("//:")?.split_whitespace();
    match (words.next()?, words.next(), words.next()) {
        ("repeat", Some(variable), Some(count)) => {
            Some(Mark::Repeat(variable.chars().next()?, count))
        }
        ("if", Some(name), None) => Some(Mark::If(name)),
        ("else", None, None) => Some(Mark::Else),
        ("end", None, None) => Some(Mark::End),
        _ => None,
    }
}

fn block(
    lines: &[&str],
    constants: &Constants,
    variables: &mut Vec<(char, u32)>,
    out: &mut String,
) {
    let value = |name: &str| value(name, constants);
    let mut at = 0;
    while at < lines.len() {
        match mark(lines[at]) {
            Some(Mark::Repeat(variable, count)) => {
                let (first, _, next) = parts(lines, at);
                for number in 0..value(count) {
                    variables.push((variable, number));
                    block(first, constants, variables, out);
                    variables.pop();
                }
                at = next;
            }
            Some(Mark::If(name)) => {
                let (first, second, next) = parts(lines, at);
                let part = if value(name) != 0 { first } else { second };
                block(part, constants, variables, out);
                at = next;
            }
            _ => {
                let mut line = worked_out(lines[at], constants, variables);
                for (variable, number) in variables.iter() {
                    line = line.replace(&format!("${variable}"), &number.to_string());
                }
                out.push_str(&line);
                out.push('\n');
                at += 1;
            }
        }
    }
}

/// The constant of that name, or the number that the name is.
fn value(name: &str, constants: &Constants) -> u32 {
    let constant = constants.iter().find(|(known, _)| *known == name);
    constant.map_or_else(|| name.parse().unwrap_or(0), |(_, value)| *value)
}

/// The line with numbers in place of what stands in `$( )`.
fn worked_out(line: &str, constants: &Constants, variables: &[(char, u32)]) -> String {
    let (mut out, mut rest) = (String::new(), line);
    while let Some((before, (sum, after))) = rest
        .split_once("$(")
        .and_then(|(before, behind)| Some((before, behind.split_once(')')?)))
    {
        let of = |name: &str| {
            let variable = variables.iter().find(|(v, _)| name.chars().eq([*v]));
            i64::from(variable.map_or_else(|| value(name, constants), |(_, number)| *number))
        };
        let (mut total, mut term, mut sign) = (0, 1, 1);
        for word in sum.split_whitespace() {
            match word {
                "+" | "-" => {
                    total += sign * term;
                    (term, sign) = (1, if word == "+" { 1 } else { -1 });
                }
                "*" => {}
                name => term *= of(name),
            }
        }
        out.push_str(before);
        // Writing to a string cannot fail.
        let _ = write!(out, "{}", total + sign * term);
        rest = after;
    }
    out + rest
}

/// The two parts of the block that opens at a line, and the line behind it.
fn parts<'a, 'b>(lines: &'a [&'b str], open: usize) -> (&'a [&'b str], &'a [&'b str], usize) {
    let (mut depth, mut middle) = (0, None);
    for (at, line) in lines.iter().enumerate().skip(open) {
        match mark(line) {
            Some(Mark::Repeat(..) | Mark::If(_)) => depth += 1,
            Some(Mark::Else) if depth == 1 => middle = Some(at),
            Some(Mark::End) => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            let middle_at = middle.unwrap_or(at);
            let second = (middle_at + 1).min(at);
            return (&lines[open + 1..middle_at], &lines[second..at], at + 1);
        }
    }
    (&lines[open + 1..], &[], lines.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_repeated_is_written_out() {
        let source = "\
a
//:repeat f TILE
  //:repeat k 2
  s_$f_$k = w[$fu + $k];
  //:end
//:end
z
";
        let out = written_out(source, &vec![("TILE", 2)]);
        let expected = "\
const TILE: u32 = 2u;
a
  s_0_0 = w[0u + 0];
  s_0_1 = w[0u + 1];
  s_1_0 = w[1u + 0];
  s_1_1 = w[1u + 1];
z
";
        assert_eq!(out, expected);
    }

    #[test]
    fn numbers_are_worked_out() {
        let source = "\
//:repeat q 2
  p_$(TAPS - 1 - q + 4 * q * STRIDE) + p_$q
//:end
";
        let out = written_out(source, &vec![("TAPS", 3), ("STRIDE", 2)]);
        assert!(out.ends_with("u;\n  p_2 + p_0\n  p_9 + p_1\n"), "{out}");
    }

    #[test]
    fn one_of_two_parts_is_kept() {
        let source = "//:if A\none\n//:if B\ntwo\n//:end\n//:else\nthree\n//:end\nfour\n";
        let lines = |a, b| {
            let out = written_out(source, &vec![("A", a), ("B", b)]);
            out.lines().skip(2).collect::<Vec<_>>().join(" ")
        };
        assert_eq!(lines(1, 1), "one two four");
        assert_eq!(lines(1, 0), "one four");
        assert_eq!(lines(0, 1), "three four");
    }
}
