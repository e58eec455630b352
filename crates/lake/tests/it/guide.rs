//! The guide declares the columns as they are.

use arrow::datatypes::{DataType, Field};
use atrium_lake::schema::schema;

const GUIDE: &str = include_str!("../../../../docs/lake.md");

/// A type in the words of Hive, which Athena and Spark speak.
fn hive(kind: &DataType) -> String {
    match kind {
        DataType::Boolean => "boolean".to_owned(),
        DataType::Timestamp(..) => "timestamp".to_owned(),
        DataType::List(item) => format!("array<{}>", hive(item.data_type())),
        DataType::Map(..) => "map<string,string>".to_owned(),
        DataType::Struct(fields) => {
            let fields: Vec<_> = fields
                .iter()
                .map(|field| format!("{}:{}", field.name(), hive(field.data_type())))
                .collect();
            format!("struct<{}>", fields.join(","))
        }
        _ => "string".to_owned(),
    }
}

/// A type in Trino's words.
fn trino(kind: &DataType) -> String {
    match kind {
        DataType::Boolean => "boolean".to_owned(),
        DataType::Timestamp(..) => "timestamp(3)".to_owned(),
        DataType::List(item) => format!("array({})", trino(item.data_type())),
        DataType::Map(..) => "map(varchar, varchar)".to_owned(),
        DataType::Struct(fields) => {
            let fields: Vec<_> = fields
                .iter()
                .map(|field| format!("{} {}", field.name(), trino(field.data_type())))
                .collect();
            format!("row({})", fields.join(", "))
        }
        _ => "varchar".to_owned(),
    }
}

#[test]
fn the_tables_of_other_engines_have_these_columns() {
    let columns = |spell: &dyn Fn(&DataType) -> String| {
        let line = |field: &std::sync::Arc<Field>| {
            format!("    {} {}", field.name(), spell(field.data_type()))
        };
        schema()
            .fields()
            .iter()
            .map(line)
            .collect::<Vec<_>>()
            .join(",\n")
    };
    for (engine, want) in [
        (
            "Athena",
            format!(
                "CREATE EXTERNAL TABLE events (\n{}\n)\nPARTITIONED BY (eventday date)",
                columns(&hive)
            ),
        ),
        (
            "Trino",
            format!(
                "CREATE TABLE hive.lake.events (\n{},\n    eventday date\n)",
                columns(&trino)
            ),
        ),
    ] {
        assert!(
            GUIDE.contains(&want),
            "docs/lake.md must declare for {engine}:\n{want}"
        );
    }
}

/// Functions that the guide says aren't there.
#[tokio::test(flavor = "multi_thread")]
async fn the_guide_names_what_is_not_there() {
    let lake = crate::lake::Lake::of([]).await;
    let (_, rest) = GUIDE.split_once("<!-- not there -->").expect("the list");
    let (names, _) = rest.split_once("\n\nSome differ").expect("its end");
    assert!(names.split_whitespace().count() > 30);
    for name in names.split_whitespace() {
        let (_, outcome) = lake
            .ask(&format!("SELECT {name}(1)"), Default::default())
            .await;
        let message = outcome.error.map(|error| error.message);
        assert_eq!(message, Some(format!("Function '{name}' not registered")));
    }
}
