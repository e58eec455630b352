//! Documents that are made to take long, or much.

use atrium_saml::{Metadata, ResponseError};
use proptest::prelude::*;

use crate::world::*;

fn response(content: &str) -> String {
    let real = PROVIDER.sign(&claims().xml(ENTITY), "_assertion");
    real.replace(
        "<samlp:Status>",
        &format!("<samlp:Extensions>{content}</samlp:Extensions><samlp:Status>"),
    )
}

#[test]
fn what_blows_up_is_not_even_parsed() {
    let bomb: String = (1..12)
        .map(|n| format!("<!ENTITY e{n} \"{}\">", format!("&e{};", n - 1).repeat(10)))
        .collect();
    let attributes: String = (0..33).map(|n| format!(" a{n}=\"\"")).collect();
    let real = PROVIDER.sign(&claims().xml(ENTITY), "_assertion");
    let typed = |declaration: &str| format!("<!DOCTYPE r [{declaration}]>{real}");
    for (case, document) in [
        (
            "a bomb of entities",
            typed(&format!("<!ENTITY e0 \"x\">{bomb}")).replace("jane@", "&e11;"),
        ),
        (
            "a file as an entity",
            typed("<!ENTITY e SYSTEM \"file:///etc/passwd\">").replace("jane@", "&e;"),
        ),
        ("a document type alone", typed("")),
        (
            "deep nesting",
            response(&format!("{}{}", "<a>".repeat(40), "</a>".repeat(40))),
        ),
        ("very deep nesting", response(&"<a>".repeat(20_000))),
        ("many attributes", response(&format!("<a{attributes}/>"))),
        (
            "many attributes behind a quote in a comment",
            response(&format!("<!-- ' --><a{attributes}/>")),
        ),
        ("a tag without end", response("<a b='")),
    ] {
        assert_eq!(
            check(&encode(&document)),
            Err(ResponseError::Unreadable),
            "{case}"
        );
    }
}

#[test]
fn so_many_namespaces_are_in_scope_and_no_more() {
    let nested = |names: usize| {
        let mut content = String::new();
        for depth in 0..20 {
            let names: String = (0..names)
                .map(|n| format!(" xmlns:a{depth}b{n}=\"u\""))
                .collect();
            content.push_str(&format!("<a{names}>"));
        }
        format!("{content}{}{}", "<b/>".repeat(8_000), "</a>".repeat(20))
    };
    // Three around them all, and three in each of twenty.
    assert!(check(&encode(&response(&nested(3)))).is_ok());
    let more = check(&encode(&response(&nested(4))));
    assert_eq!(more, Err(ResponseError::Unreadable));
    // Beside each other they don't add up.
    let beside = "<a xmlns:x=\"u\" xmlns:y=\"u\"/>".repeat(500);
    assert!(check(&encode(&response(&beside))).is_ok());
}

proptest! {
    #[test]
    fn any_text_is_answered(text in ".{0,400}") {
        let _ = check(&text);
        let _ = check(&encode(&text));
        let _ = Metadata::parse(&text);
    }

    #[test]
    fn a_real_response_with_anything_in_it_is_the_real_one_or_nothing(
        at in 0usize..4000, cut in 0usize..40, put in "[<>/a-zA-Z:=\"' &;#!\\[\\]-]{0,20}"
    ) {
        let real = PROVIDER.sign(&claims().xml(ENTITY), "_assertion");
        let at = at.min(real.len());
        let end = (at + cut).min(real.len());
        let changed = format!("{}{put}{}", &real[..at], &real[end..]);
        if let Ok(got) = check(&encode(&changed)) {
            let want = check(&encode(&real)).expect("the real one");
            prop_assert_eq!(got, want);
        }
    }
}
