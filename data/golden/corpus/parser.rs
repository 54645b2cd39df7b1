use std::collections::BTreeMap;
use std::fmt;

#[derive(Debug, Clone, PartialEq)]
pub enum Value<'a> {
    Number(f64),
    Text(&'a str),
    List(Vec<Value<'a>>),
}

impl<'a> fmt::Display for Value<'a> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Value::Number(n) => write!(f, "{n}"),
            Value::Text(t) => write!(f, "{t:?}"),
            Value::List(items) => {
                for (i, item) in items.iter().enumerate() {
                    if i > 0 {
                        write!(f, ", ")?;
                    }
                    write!(f, "{item}")?;
                }
                Ok(())
            }
        }
    }
}

pub fn parse_pairs(line: &str) -> Result<BTreeMap<&str, Value<'_>>, String> {
    let mut map = BTreeMap::new();
    for part in line.split(';').map(str::trim).filter(|p| !p.is_empty()) {
        let (key, value) = part.split_once('=').ok_or_else(|| format!("no '=' in {part:?}"))?;
        let value = value.parse::<f64>().map(Value::Number).unwrap_or(Value::Text(value));
        map.insert(key, value);
    }
    Ok(map)
}

#[test]
fn it_doesn't_compile() { assert_eq!(parse_pairs("a=1;b=x").unwrap().len(), 2usize); }
