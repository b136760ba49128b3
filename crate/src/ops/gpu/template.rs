//! A preprocessor of WGSL: loop unrolling and conditional blocks, for one shape.
//!
//! A shader compiler keeps an array of accumulators in registers only where every index is a constant, and some compilers do
//! not unroll loops. So loops are unrolled here. A source has lines
//!
//! ```text
//! //:unroll f TILE_M
//!     sum_$f += weights[at + $fu] * pixel_$(f + 2 * STRIDE);
//! //:end
//! //:if CHECK_COLUMNS
//! //:else
//! //:end
//! ```
//!
//! The first block is repeated for each index below a constant or a literal, with the index in place of `$f`. Of the second,
//! the first part stays where the constant is not 0, else the other part. Variables have one letter. `$( )` holds an
//! expression: sums, differences and products of variables, constants and literals.

use std::fmt::Write;

/// A kernel's named constants: sizes, strides, counts.
pub type Constants = Vec<(&'static str, u32)>;

/// The constants of these values. A GPU's integers have 32 bits.
pub fn to_constants<const N: usize>(values: [(&'static str, usize); N]) -> Constants {
    values.map(|(name, value)| (name, value as u32)).to_vec()
}

/// Expands a source: its constants as declarations, then its lines with all directives carried out.
pub fn expand(source: &str, constants: &Constants) -> String {
    let mut out = String::new();
    for (name, value) in constants {
        // Writing to a string cannot fail.
        let _ = writeln!(out, "const {name}: u32 = {value}u;");
    }
    let lines: Vec<&str> = source.lines().collect();
    expand_block(&lines, constants, &mut Vec::new(), &mut out);
    out
}

/// A line that opens a block, begins its alternative, or closes it.
enum Directive<'a> {
    Unroll(char, &'a str),
    If(&'a str),
    Else,
    End,
}

fn directive(line: &str) -> Option<Directive<'_>> {
    let mut words = line.trim().strip_prefix("//:")?.split_whitespace();
    match (words.next()?, words.next(), words.next()) {
        ("unroll", Some(variable), Some(count)) => {
            Some(Directive::Unroll(variable.chars().next()?, count))
        }
        ("if", Some(name), None) => Some(Directive::If(name)),
        ("else", None, None) => Some(Directive::Else),
        ("end", None, None) => Some(Directive::End),
        _ => None,
    }
}

fn expand_block(
    lines: &[&str],
    constants: &Constants,
    variables: &mut Vec<(char, u32)>,
    out: &mut String,
) {
    let value = |name: &str| value(name, constants);
    let mut current = 0;
    while current < lines.len() {
        match directive(lines[current]) {
            Some(Directive::Unroll(variable, count)) => {
                let (body, _, next) = block(lines, current);
                for index in 0..value(count) {
                    variables.push((variable, index));
                    expand_block(body, constants, variables, out);
                    variables.pop();
                }
                current = next;
            }
            Some(Directive::If(name)) => {
                let (body, alternative, next) = block(lines, current);
                let kept = if value(name) != 0 { body } else { alternative };
                expand_block(kept, constants, variables, out);
                current = next;
            }
            _ => {
                let mut line = evaluate(lines[current], constants, variables);
                for (variable, index) in variables.iter() {
                    line = line.replace(&format!("${variable}"), &index.to_string());
                }
                out.push_str(&line);
                out.push('\n');
                current += 1;
            }
        }
    }
}

/// The value of a constant, or of a literal.
fn value(name: &str, constants: &Constants) -> u32 {
    let constant = constants.iter().find(|(known, _)| *known == name);
    constant.map_or_else(|| name.parse().unwrap_or(0), |(_, value)| *value)
}

/// The line with the value of each `$( )` in its place.
fn evaluate(line: &str, constants: &Constants, variables: &[(char, u32)]) -> String {
    let (mut out, mut rest) = (String::new(), line);
    while let Some((before, (expression, after))) = rest
        .split_once("$(")
        .and_then(|(before, tail)| Some((before, tail.split_once(')')?)))
    {
        let operand = |name: &str| {
            let variable = variables.iter().find(|(v, _)| name.chars().eq([*v]));
            i64::from(variable.map_or_else(|| value(name, constants), |(_, index)| *index))
        };
        let (mut sum, mut product, mut sign) = (0, 1, 1);
        for token in expression.split_whitespace() {
            match token {
                "+" | "-" => {
                    sum += sign * product;
                    (product, sign) = (1, if token == "+" { 1 } else { -1 });
                }
                "*" => {}
                name => product *= operand(name),
            }
        }
        out.push_str(before);
        // Writing to a string cannot fail.
        let _ = write!(out, "{}", sum + sign * product);
        rest = after;
    }
    out + rest
}

/// Body and alternative of the block that a line opens, and the index of the line after it.
fn block<'a, 'b>(lines: &'a [&'b str], open: usize) -> (&'a [&'b str], &'a [&'b str], usize) {
    let (mut depth, mut alternative) = (0, None);
    for (current, line) in lines.iter().enumerate().skip(open) {
        match directive(line) {
            Some(Directive::Unroll(..) | Directive::If(_)) => depth += 1,
            Some(Directive::Else) if depth == 1 => alternative = Some(current),
            Some(Directive::End) => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            let body_end = alternative.unwrap_or(current);
            let start = (body_end + 1).min(current);
            return (
                &lines[open + 1..body_end],
                &lines[start..current],
                current + 1,
            );
        }
    }
    (&lines[open + 1..], &[], lines.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn loops_are_unrolled() {
        let source = "\
a
//:unroll f TILE
  //:unroll k 2
  s_$f_$k = w[$fu + $k];
  //:end
//:end
z
";
        let out = expand(source, &vec![("TILE", 2)]);
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
    fn expressions_are_evaluated() {
        let source = "\
//:unroll q 2
  p_$(TAPS - 1 - q + 4 * q * STRIDE) + p_$q
//:end
";
        let out = expand(source, &vec![("TAPS", 3), ("STRIDE", 2)]);
        assert!(out.ends_with("u;\n  p_2 + p_0\n  p_9 + p_1\n"), "{out}");
    }

    #[test]
    fn a_condition_keeps_the_body_or_the_alternative() {
        let source = "//:if A\none\n//:if B\ntwo\n//:end\n//:else\nthree\n//:end\nfour\n";
        let lines = |a, b| {
            let out = expand(source, &vec![("A", a), ("B", b)]);
            out.lines().skip(2).collect::<Vec<_>>().join(" ")
        };
        assert_eq!(lines(1, 1), "one two four");
        assert_eq!(lines(1, 0), "one four");
        assert_eq!(lines(0, 1), "three four");
    }
}
