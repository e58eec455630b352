//! Reading XML of strangers.

use bergshamra::xml::uppsala::Parser;
use bergshamra::xml::{Document, NodeId, NodeKind};

/// XML Signature.
pub(crate) const DS: &str = "http://www.w3.org/2000/09/xmldsig#";
/// SAML's assertions.
pub(crate) const SAML: &str = "urn:oasis:names:tc:SAML:2.0:assertion";
/// SAML's protocol.
pub(crate) const SAMLP: &str = "urn:oasis:names:tc:SAML:2.0:protocol";
/// SAML's metadata.
pub(crate) const MD: &str = "urn:oasis:names:tc:SAML:2.0:metadata";

/// How deep elements may be nested. Real documents have a dozen levels; some steps of signature checking
/// recurse, or look at all namespaces in scope.
const DEEPEST: usize = 32;
/// The most attributes of an element, its namespaces among them.
const MOST_ATTRIBUTES: usize = 32;
/// The most namespaces that an element and those around it declare.
const MOST_NAMESPACES: usize = 64;

/// Reads a document without a document type, so without entities of its own.
pub(crate) fn parse(text: &str) -> Option<Document<'_>> {
    if !is_modest(text) {
        return None;
    }
    Parser::new().with_forbid_dtd(true).parse(text).ok()
}

/// Whether depth, attributes and namespaces stay within bounds: the parser compares attributes each with each, and
/// canonicalisation looks at all namespaces in scope of every element. Anything that begins with `<!` but comments and
/// CDATA is refused here already. Whether the text is XML at all is the parser's to tell.
fn is_modest(text: &str) -> bool {
    // How many namespaces each open element declares.
    let mut open: Vec<usize> = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find('<') {
        rest = &rest[at..];
        let skipped = [("<!--", "-->"), ("<![CDATA[", "]]>"), ("<?", "?>")]
            .into_iter()
            .find_map(|(begin, end)| Some((rest.strip_prefix(begin)?, end)));
        if let Some((inner, end)) = skipped {
            let Some((_, after)) = inner.split_once(end) else {
                return false;
            };
            rest = after;
            continue;
        }
        let Some(length) = tag(rest).filter(|_| !rest.starts_with("<!")) else {
            return false;
        };
        let (tag, after) = rest.split_at(length);
        rest = after;
        if tag.starts_with("</") {
            open.pop();
            continue;
        }
        let declared = tag.matches("xmlns").count();
        if open.iter().sum::<usize>() + declared > MOST_NAMESPACES || open.len() >= DEEPEST {
            return false;
        }
        if !tag.ends_with("/>") {
            open.push(declared);
        }
    }
    true
}

/// How long the tag at the beginning is; none if it does not end or has too many attributes.
fn tag(text: &str) -> Option<usize> {
    let (mut count, mut quote) = (0, None);
    for (at, byte) in text.bytes().enumerate() {
        match (byte, quote) {
            (b'>', None) => return Some(at + 1),
            (b'"' | b'\'', None) => quote = Some(byte),
            (byte, Some(open)) if byte == open => quote = None,
            (b'=', None) => count += 1,
            _ => {}
        }
        if count > MOST_ATTRIBUTES {
            return None;
        }
    }
    None
}

/// Whether the element has this name.
pub(crate) fn is(document: &Document<'_>, node: NodeId, namespace: &str, name: &str) -> bool {
    document
        .element(node)
        .is_some_and(|element| element.matches_name_ns(namespace, name))
}

/// The element's children of this name.
pub(crate) fn children(
    document: &Document<'_>,
    node: NodeId,
    namespace: &str,
    name: &str,
) -> Vec<NodeId> {
    document.child_elements_by_name_ns(node, namespace, name)
}

/// The element's only child of this name; none if there are several.
pub(crate) fn only_child(
    document: &Document<'_>,
    node: NodeId,
    namespace: &str,
    name: &str,
) -> Option<NodeId> {
    match children(document, node, namespace, name).as_slice() {
        [child] => Some(*child),
        _ => None,
    }
}

/// The value of an attribute without a namespace.
pub(crate) fn attribute<'a>(
    document: &'a Document<'_>,
    node: NodeId,
    name: &str,
) -> Option<&'a str> {
    let attributes = &document.element(node)?.attributes;
    attributes
        .iter()
        .find(|attribute| {
            attribute.name.namespace_uri.is_none() && *attribute.name.local_name == *name
        })
        .map(|attribute| &*attribute.value)
}

/// The element's whole text, without white space around it; none if it holds elements. Comments inside it are passed
/// over, as signatures do: reading only what stands before one has let people pass for others.
pub(crate) fn text(document: &Document<'_>, node: NodeId) -> Option<String> {
    let mut text = String::new();
    for child in document.children_iter(node) {
        match document.node_kind(child)? {
            NodeKind::Text(part) | NodeKind::CData(part) => text.push_str(part),
            NodeKind::Element(_) => return None,
            _ => {}
        }
    }
    Some(text.trim().to_owned())
}

/// All elements of this name anywhere in the document.
pub(crate) fn anywhere(document: &Document<'_>, namespace: &str, name: &str) -> Vec<NodeId> {
    document.get_elements_by_tag_name_ns(namespace, name)
}
