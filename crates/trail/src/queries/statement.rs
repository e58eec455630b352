//! Which event data stores and tables of people a statement reads. The lake itself reads it closely; here it is enough to
//! know whose data it may be about, because the lake gets no other tables than these.

use atrium_model::lake::PeopleTable;

use super::QueryRuleError;
use crate::stores::is_store_id;

const LENGTH: usize = 36;

/// The ids of the event data stores that a statement names, each once, in order.
///
/// An id is a table's name without quotes, or in double quotes. In texts and comments it means nothing.
pub fn stores_of(statement: &str) -> Result<Vec<String>, QueryRuleError> {
    let refused = |why: &str| QueryRuleError::Statement(why.to_owned());
    let mut found: Vec<String> = Vec::new();
    let mut first_word = None;
    for piece in Pieces::new(statement) {
        let id = match piece {
            Piece::Id(id) => id,
            Piece::Word(word) => {
                first_word = first_word.or(Some(word));
                continue;
            }
            Piece::Quoted(_) => continue,
        };
        let id = id.to_ascii_lowercase();
        if !found.contains(&id) {
            found.push(id);
        }
    }
    let reads = |word: &str| {
        ["SELECT", "WITH"]
            .iter()
            .any(|known| word.eq_ignore_ascii_case(known))
    };
    if !first_word.is_some_and(reads) {
        return Err(refused("Only SELECT statements are supported."));
    }
    match found.is_empty() {
        true => Err(refused(
            "The statement names no event data store: FROM is followed by an event data store's ID.",
        )),
        false => Ok(found),
    }
}

/// The tables of people that a statement names, each once.
///
/// A name counts wherever it stands: that a column is called so is no reason to give people away, nor to look closer.
pub fn people_tables_of(statement: &str) -> Vec<PeopleTable> {
    let mut found = Vec::new();
    for piece in Pieces::new(statement) {
        let (Piece::Word(name) | Piece::Quoted(name)) = piece else {
            continue;
        };
        let named = |table: &PeopleTable| name.eq_ignore_ascii_case(table.name());
        let table = PeopleTable::ALL.into_iter().find(named);
        found.extend(table.filter(|table| !found.contains(table)));
    }
    found
}

/// What is of interest in a statement.
enum Piece<'a> {
    /// What may be an event data store's id.
    Id(&'a str),
    /// Any other word.
    Word(&'a str),
    /// Any other name in double quotes.
    Quoted(&'a str),
}

struct Pieces<'a> {
    rest: &'a str,
}

impl<'a> Pieces<'a> {
    fn new(statement: &'a str) -> Self {
        Self { rest: statement }
    }

    /// Takes so many bytes off.
    fn take(&mut self, length: usize) -> &'a str {
        let (taken, rest) = self.rest.split_at(length);
        self.rest = rest;
        taken
    }
}

impl<'a> Iterator for Pieces<'a> {
    type Item = Piece<'a>;

    fn next(&mut self) -> Option<Piece<'a>> {
        loop {
            let rest = self.rest;
            let first = rest.chars().next()?;
            match first {
                '\'' => {
                    self.take(quoted(rest, first));
                }
                '"' => {
                    let name = self.take(quoted(rest, first)).trim_matches('"');
                    return Some(match is_id(name) {
                        true => Piece::Id(name),
                        false => Piece::Quoted(name),
                    });
                }
                '-' if rest.starts_with("--") => {
                    self.take(rest.find('\n').unwrap_or(rest.len()));
                }
                '/' if rest.starts_with("/*") => {
                    self.take(rest.find("*/").map_or(rest.len(), |end| end + 2));
                }
                _ if rest.get(..LENGTH).is_some_and(is_id) => {
                    return Some(Piece::Id(self.take(LENGTH)));
                }
                _ if is_part_of_word(first) => {
                    let end = rest.find(|c| !is_part_of_word(c)).unwrap_or(rest.len());
                    return Some(Piece::Word(self.take(end)));
                }
                _ => {
                    self.take(first.len_utf8());
                }
            }
        }
    }
}

fn is_part_of_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

fn is_id(text: &str) -> bool {
    is_store_id(&text.to_ascii_lowercase())
}

/// The length of a text in quotes; a doubled quote stands for itself.
fn quoted(text: &str, quote: char) -> usize {
    let mut end = 1;
    while let Some(found) = text[end..].find(quote) {
        end += found + 1;
        if !text[end..].starts_with(quote) {
            return end;
        }
        end += 1;
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const A: &str = "9c0f3f0e-1111-4222-8333-0123456789ab";
    const B: &str = "ac0f3f0e-1111-4222-8333-0123456789ab";

    #[test]
    fn a_statement_names_its_stores() {
        let cases: &[(String, Option<&[&str]>)] = &[
            (format!("SELECT 1 FROM {A}"), Some(&[A])),
            (format!("select * from {A};"), Some(&[A])),
            (format!("SELECT 1 FROM \"{A}\" x"), Some(&[A])),
            (format!("SELECT 1 FROM {}", A.to_uppercase()), Some(&[A])),
            (
                format!(
                    "SELECT 1 FROM {A} a JOIN {B} b ON a.eventid = b.eventid WHERE 1 IN (SELECT 1 FROM {A})"
                ),
                Some(&[A, B]),
            ),
            (
                format!("WITH x AS (SELECT 1 FROM {B}) SELECT * FROM x"),
                Some(&[B]),
            ),
            (
                format!("-- first\n/* second */ SELECT 1 FROM {A}"),
                Some(&[A]),
            ),
            (
                format!("(SELECT 1 FROM {A}) UNION (SELECT 2 FROM {B})"),
                Some(&[A, B]),
            ),
            (
                format!("SELECT 1 FROM {A} WHERE eventid = '{B}'"),
                Some(&[A]),
            ),
            (format!("SELECT 1 FROM {A} -- {B}"), Some(&[A])),
            (format!("SELECT 'it''s {B}' FROM {A} /* {B} */"), Some(&[A])),
            (format!("SELECT 1 -- it's\nFROM {A}"), Some(&[A])),
            (format!("SELECT 1 FROM t WHERE id = '{A}'"), None),
            ("SELECT 1".to_owned(), None),
            (format!("DELETE FROM {A}"), None),
            (format!("'SELECT' {A}"), None),
            (A.to_owned(), None),
            (String::new(), None),
            ("'".to_owned(), None),
            ("/*".to_owned(), None),
        ];
        for (statement, want) in cases {
            let found = stores_of(statement).ok();
            let want = want.map(|ids| ids.iter().map(|id| (*id).to_owned()).collect::<Vec<_>>());
            assert_eq!(found, want, "{statement}");
        }
    }

    #[test]
    fn a_statement_names_tables_of_people() {
        use PeopleTable::{Groups, Instances, Memberships, Users};
        let cases: &[(&str, &[PeopleTable])] = &[
            ("SELECT 1 FROM x", &[]),
            ("SELECT 1 FROM identity_users", &[Users]),
            (
                "SELECT 1 FROM x JOIN Identity_Users u ON true, identity_users v",
                &[Users],
            ),
            ("SELECT 1 FROM \"IDENTITY_groups\"", &[Groups]),
            (
                "WITH a AS (SELECT * FROM identity_instances) SELECT * FROM a, identity_memberships",
                &[Instances, Memberships],
            ),
            ("SELECT identity_users.user_id FROM x", &[Users]),
            ("SELECT 'identity_users' FROM x -- identity_groups", &[]),
            ("SELECT 1 FROM my_identity_users, identity_users2", &[]),
            ("SELECT 1 FROM \"identity_users \"", &[]),
            ("SELECT 1/*/*/identity_users", &[Users]),
            ("SELECT '''identity_users'''", &[]),
        ];
        for (statement, want) in cases {
            assert_eq!(people_tables_of(statement), *want, "{statement}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read_to_its_end(text in "\\PC{0,80}|['\"/*a-f0-9 \n-]{0,80}") {
            // It neither panics nor stands still; each piece is of the text.
            let pieces = Pieces::new(&text).count();
            prop_assert!(pieces <= text.len());
            let _ = stores_of(&text);
            let _ = people_tables_of(&text);
        }
    }
}
