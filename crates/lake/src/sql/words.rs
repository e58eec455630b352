//! DataFusion's messages in the words of the dialect: its own names of types and parts say nothing to who asks.

use std::sync::LazyLock;

use datafusion::sql::sqlparser::tokenizer::Location;
use regex::Regex;

/// What is cut off: advice to those who make DataFusion, and which functions it would have had.
const ENDS: &[&str] = &[
    "\nThis issue was likely caused by a bug",
    " No function matches the given name",
    " You might need to add explicit type casts",
];

/// Where in DataFusion something went wrong.
const BEGINNINGS: &[&str] = &[
    "Execution error: ",
    "Internal error: ",
    "Error during planning: ",
    "Arrow error: ",
    "Cast error: ",
    "Parser error: ",
    "External error: ",
    "This feature is not implemented: ",
];

macro_rules! expression {
    ($name:ident, $text:literal) => {
        static $name: LazyLock<Regex> =
            LazyLock::new(|| Regex::new($text).expect("a regular expression"));
    };
}

expression!(
    SIGNATURE,
    r"^Function '([^']*)' failed to match any signature"
);
expression!(
    COERCION,
    r"^Function '[^']*' user-defined coercion failed with: "
);
expression!(NODE, r"^Unsupported ast node in sqltorel: (\w+)");
expression!(PLACE, r"Location\((\d+),(\d+)\)");
expression!(
    MAP,
    r#"Map\("[a-z_]+": non-null Struct\("keys?": non-null (\w+), "values?": (\w+)\), unsorted\)"#
);
expression!(
    LITERAL,
    r#"\b(?:Int64|Float64|Utf8|Boolean)\(("?[^()]*"?)\)"#
);
expression!(QUOTED, r"(?:^|\W)'[^']*'");
expression!(TIMESTAMP, r#"\bTimestamp\((?:s|ms|µs|ns)(, "[^"]*")?\)"#);
expression!(
    TYPE,
    r"\b(Utf8View|LargeUtf8|Utf8|Int8|Int16|Int32|Int64|UInt64|Float32|Float64|Boolean|Date32|Decimal128|List|Struct)\b"
);

/// A message, and the place that it tells in a way of its own.
pub fn plain(message: &str) -> (String, Option<Location>) {
    let mut text = message;
    for end in ENDS {
        text = text
            .split_once(end)
            .map_or(text, |(before, _)| before.trim_end_matches('.'));
    }
    loop {
        let begun = BEGINNINGS.iter().find_map(|begin| text.strip_prefix(begin));
        let begun = begun.or_else(|| COERCION.find(text).map(|found| &text[found.end()..]));
        match begun {
            Some(rest) => text = rest,
            None => break,
        }
    }
    if let Some(found) = SIGNATURE.captures(text) {
        return (
            format!("Unexpected parameters for function {}", &found[1]),
            None,
        );
    }
    if let Some(found) = NODE.captures(text) {
        let place = PLACE.captures(text).and_then(|place| {
            Some(Location {
                line: place[1].parse().ok()?,
                column: place[2].parse().ok()?,
            })
        });
        let message = match &found[1] {
            "Lambda" => "a lambda is not allowed here".to_owned(),
            other => format!("an expression of the kind {other} is not supported"),
        };
        return (message, place);
    }
    let text = text.replace("While expanding wildcard, ", "");
    let text = text.replace("Divide by zero error", "Division by zero");
    // What is quoted are words of the statement or of a row, but for literals.
    let (mut told, mut rest) = (String::new(), 0);
    for quoted in QUOTED.find_iter(&text) {
        told.push_str(&of_types(&text[rest..quoted.start()]));
        let inner = LITERAL.find(quoted.as_str());
        let is_literal = inner.is_some_and(|inner| inner.len() + 3 >= quoted.len());
        told.push_str(&match is_literal {
            true => LITERAL.replace_all(quoted.as_str(), "$1"),
            false => quoted.as_str().into(),
        });
        rest = quoted.end();
    }
    told.push_str(&of_types(&text[rest..]));
    let text = told;
    (text.trim_end().to_owned(), None)
}

fn of_types(text: &str) -> String {
    let text = MAP.replace_all(text, "map($1, $2)");
    let text = LITERAL.replace_all(&text, "$1");
    let text = TIMESTAMP.replace_all(&text, |found: &regex::Captures<'_>| {
        let zoned = found.get(1).is_some();
        if zoned {
            "timestamp with time zone"
        } else {
            "timestamp"
        }
    });
    let text = TYPE.replace_all(&text, |found: &regex::Captures<'_>| match &found[1] {
        "Int8" => "tinyint",
        "Int16" => "smallint",
        "Int32" => "integer",
        "Int64" | "UInt64" => "bigint",
        "Float32" => "real",
        "Float64" => "double",
        "Boolean" => "boolean",
        "Date32" => "date",
        "Decimal128" => "decimal",
        "List" => "array",
        "Struct" => "row",
        _ => "varchar",
    });
    text.into_owned()
}
