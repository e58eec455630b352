//! What the generated code is written in: `shape!` for structs, `op!` for operations.

/// Defines a struct of a service model.
macro_rules! shape {
    ($name:ident { $($field:ident $member:literal $need:ident $show:ident $ty:ty;)* }) => {
        #[doc = concat!("`", stringify!($name), "` of the service model.")]
        #[derive(Clone, Default, PartialEq)]
        pub struct $name {
            $(#[doc = concat!("`", $member, "`")] pub $field: field_type!($need $ty),)*
        }

        impl Shape for $name {
            #[allow(unused_mut, unused_variables, reason = "some structures have no members")]
            fn from_value(value: Value) -> Result<Self, DecodeError> {
                let mut map = shape::members(value)?;
                Ok(Self { $($field: field_read!($need map $member),)* })
            }

            #[allow(unused_mut, reason = "some structures have no members")]
            fn into_value(self) -> Value {
                let mut map = Map::new();
                $(field_write!($need map $member self.$field);)*
                Value::Object(map)
            }

            #[allow(unused_mut, reason = "some structures have no members")]
            fn write_json(&self, at: &MemberMeta, out: &mut Vec<u8>) {
                let mut object = Object::begin(at.shape, out);
                $(field_put!($need object $member self.$field);)*
                object.end();
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.debug_struct(stringify!($name))
                    $(.field(stringify!($field), field_debug!($show self.$field)))*
                    .finish()
            }
        }
    };
}

macro_rules! field_type {
    (req $ty:ty) => { $ty };
    (opt $ty:ty) => { Option<$ty> };
}

macro_rules! field_read {
    (req $map:ident $member:literal) => {
        shape::req(&mut $map, $member)?
    };
    (opt $map:ident $member:literal) => {
        shape::opt(&mut $map, $member)?
    };
}

macro_rules! field_write {
    (req $map:ident $member:literal $value:expr) => {
        shape::put_req(&mut $map, $member, $value)
    };
    (opt $map:ident $member:literal $value:expr) => {
        shape::put_opt(&mut $map, $member, $value)
    };
}

macro_rules! field_put {
    (req $object:ident $member:literal $value:expr) => {
        $object.member($member, &$value)
    };
    (opt $object:ident $member:literal $value:expr) => {
        if let Some(value) = &$value {
            $object.member($member, value);
        }
    };
}

macro_rules! field_debug {
    (shown $value:expr) => {
        &$value
    };
    (hidden $value:expr) => {
        &shape::Hidden
    };
}

/// Defines the marker type of an operation.
macro_rules! op {
    ($name:ident, $input:ty, $output:ty, $meta:ident) => {
        #[doc = concat!("The operation `", stringify!($name), "`.")]
        #[derive(Clone, Copy, Debug)]
        pub struct $name;

        impl crate::Operation for $name {
            type Input = $input;
            type Output = $output;

            fn meta() -> &'static crate::OperationMeta {
                &super::schema::$meta
            }
        }
    };
}
