//! Parts of URLs.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, Int64Array, StringArray};
use datafusion::common::{Result, exec_err};
use datafusion::logical_expr::ScalarFunctionArgs;
use url::Url;
use url::form_urlencoded;

use super::Simple;
use super::simple::{Takes, gives_integer, gives_text, text_at, texts};

pub fn functions() -> Vec<Simple> {
    use Takes::Text;
    vec![
        Simple::new("url_extract_protocol", &[Text], gives_text, |columns, _| {
            part(columns, |url| Some(url.scheme().to_owned()))
        }),
        Simple::new("url_extract_host", &[Text], gives_text, |columns, _| {
            part(columns, |url| Some(url.host_str().unwrap_or("").to_owned()))
        }),
        Simple::new("url_extract_port", &[Text], gives_integer, port),
        Simple::new("url_extract_path", &[Text], gives_text, |columns, _| {
            part(columns, |url| Some(url.path().to_owned()))
        }),
        Simple::new("url_extract_query", &[Text], gives_text, |columns, _| {
            part(columns, |url| Some(url.query().unwrap_or("").to_owned()))
        }),
        Simple::new("url_extract_fragment", &[Text], gives_text, |columns, _| {
            part(columns, |url| Some(url.fragment().unwrap_or("").to_owned()))
        }),
        Simple::new(
            "url_extract_parameter",
            &[Text, Text],
            gives_text,
            parameter,
        ),
        Simple::new("url_encode", &[Text], gives_text, |columns, _| {
            let encoded = texts(&columns[0])?.iter().map(|text| {
                text.map(|text| {
                    form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>()
                })
            });
            Ok(Arc::new(encoded.collect::<StringArray>()))
        }),
        Simple::new("url_decode", &[Text], gives_text, url_decode),
    ]
}

/// What is no URL has no parts.
fn part(columns: &[ArrayRef], of: impl Fn(&Url) -> Option<String>) -> Result<ArrayRef> {
    let found = texts(&columns[0])?
        .iter()
        .map(|text| of(&Url::parse(text?).ok()?));
    Ok(Arc::new(found.collect::<StringArray>()))
}

fn port(columns: &[ArrayRef], _: &ScalarFunctionArgs) -> Result<ArrayRef> {
    let found = texts(&columns[0])?
        .iter()
        .map(|text| Some(i64::from(Url::parse(text?).ok()?.port()?)));
    Ok(Arc::new(found.collect::<Int64Array>()))
}

/// The first value of a parameter of the query.
fn parameter(columns: &[ArrayRef], _: &ScalarFunctionArgs) -> Result<ArrayRef> {
    let (urls, names) = (texts(&columns[0])?, texts(&columns[1])?);
    let found = (0..urls.len()).map(|row| {
        let (url, name) = (Url::parse(text_at(urls, row)?).ok()?, text_at(names, row)?);
        let mut pairs = url.query_pairs();
        pairs.find_map(|(found, value)| (found == name).then(|| value.into_owned()))
    });
    Ok(Arc::new(found.collect::<StringArray>()))
}

fn url_decode(columns: &[ArrayRef], _: &ScalarFunctionArgs) -> Result<ArrayRef> {
    let decoded = texts(&columns[0])?.iter().map(|text| {
        let Some(text) = text else { return Ok(None) };
        // As the value of a nameless parameter; what would end it is part of it here.
        let escaped = text.replace('&', "%26").replace('=', "%3D");
        match form_urlencoded::parse(escaped.as_bytes()).next() {
            Some((value, _)) => Ok(Some(value.into_owned())),
            None if text.is_empty() => Ok(Some(String::new())),
            None => exec_err!("'{text}' can't be decoded"),
        }
    });
    Ok(Arc::new(decoded.collect::<Result<StringArray>>()?))
}
