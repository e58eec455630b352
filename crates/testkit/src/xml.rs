use atrium_wire::meta::{Kind, ShapeMeta};
use quick_xml::Reader;
use quick_xml::events::Event;
use serde_json::{Map, Value};

/// An element with what is in it.
#[derive(Debug, Default)]
pub struct Element {
    /// Its name, without a namespace.
    pub name: String,
    /// The text in it.
    pub text: String,
    /// The elements in it, in their order.
    pub children: Vec<Element>,
}

impl Element {
    /// Reads a whole document; none if it isn't well-formed.
    pub fn parse(text: &str) -> Option<Self> {
        let mut reader = Reader::from_str(text);
        let mut open = vec![Element::default()];
        loop {
            match reader.read_event().ok()? {
                Event::Start(start) => {
                    let name = start.name().as_ref().to_owned();
                    open.push(Element {
                        name,
                        ..Element::default()
                    });
                }
                Event::Empty(start) => {
                    let name = start.name().as_ref().to_owned();
                    open.last_mut()?.children.push(Element {
                        name,
                        ..Element::default()
                    });
                }
                Event::End(_) => {
                    let done = open.pop()?;
                    open.last_mut()?.children.push(done);
                }
                Event::Text(text) => open.last_mut()?.text.push_str(&text),
                Event::GeneralRef(entity) => {
                    let c = match (&*entity, entity.resolve_char_ref().ok()?) {
                        (_, Some(c)) => c,
                        ("amp", _) => '&',
                        ("lt", _) => '<',
                        ("gt", _) => '>',
                        ("quot", _) => '"',
                        ("apos", _) => '\'',
                        _ => return None,
                    };
                    open.last_mut()?.text.push(c);
                }
                Event::Eof => break,
                _ => {}
            }
        }
        let mut document = open.pop().filter(|_| open.is_empty())?;
        document.children.pop()
    }

    /// The first element in it with this name.
    pub fn child(&self, name: &str) -> Option<&Self> {
        self.children.iter().find(|child| child.name == name)
    }

    /// The element as the JSON protocols would have it.
    pub(crate) fn value(&self, shape: &ShapeMeta) -> Value {
        match shape.kind {
            Kind::Structure => {
                let mut members = Map::new();
                for member in shape.members {
                    if member.flattened || member.shape.flattened {
                        let items = self.children.iter().filter(|c| c.name == member.wire_name);
                        let item = member.shape.item.unwrap().shape;
                        let items: Vec<_> = items.map(|child| child.value(item)).collect();
                        members.insert(member.name.to_owned(), items.into());
                    } else if let Some(child) = self.child(member.wire_name) {
                        members.insert(member.name.to_owned(), child.value(member.shape));
                    }
                }
                members.into()
            }
            Kind::List => {
                let item = shape.item.unwrap().shape;
                self.children
                    .iter()
                    .map(|child| child.value(item))
                    .collect()
            }
            Kind::Map => {
                let entry = |child: &Element| {
                    let key = child.child("key")?.text.clone();
                    Some((key, child.child("value")?.value(shape.value.unwrap().shape)))
                };
                Value::Object(self.children.iter().filter_map(entry).collect())
            }
            Kind::Integer | Kind::Long | Kind::Float | Kind::Double | Kind::Boolean => {
                serde_json::from_str(&self.text).unwrap_or(Value::Null)
            }
            Kind::String | Kind::Timestamp | Kind::Blob | Kind::Document => {
                self.text.clone().into()
            }
        }
    }
}
