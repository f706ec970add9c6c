//! Tables of text: RFC 4180, with the separator that the heading shows.

use super::{ExtractError, MOST_ROWS};

/// More columns than this no table has.
const MOST_COLUMNS: usize = 256;

/// A table with its heading.
pub(super) struct Table {
    heading: Vec<String>,
    /// The rows without the heading; each as many fields as it has.
    pub(super) rows: Vec<Vec<String>>,
}

impl Table {
    /// Reads a table.
    pub(super) fn read(text: &str) -> Result<Self, ExtractError> {
        let heading = text.lines().next().unwrap_or_default();
        let separator = [';', '\t']
            .into_iter()
            .find(|one| heading.contains(*one))
            .unwrap_or(',');
        let mut rows = Vec::new();
        let mut letters = text.chars().peekable();
        while letters.peek().is_some() {
            let row = row(&mut letters, separator)?;
            if row.len() == 1 && row[0].trim().is_empty() {
                continue;
            }
            if rows.len() > MOST_ROWS {
                return Err(ExtractError::TooManyRows);
            }
            rows.push(row);
        }
        let mut rows = rows.into_iter();
        let heading = rows.next().ok_or(ExtractError::Shape("is empty"))?;
        Ok(Self {
            heading: heading
                .iter()
                .map(|name| name.trim().to_ascii_uppercase())
                .collect(),
            rows: rows.collect(),
        })
    }

    /// The place of a column.
    pub(super) fn column(&self, name: &str) -> Option<usize> {
        self.heading.iter().position(|one| one == name)
    }

    /// How many fields each row should have.
    pub(super) fn width(&self) -> usize {
        self.heading.len()
    }
}

fn row(
    letters: &mut std::iter::Peekable<std::str::Chars<'_>>,
    separator: char,
) -> Result<Vec<String>, ExtractError> {
    let mut fields = Vec::new();
    let mut field = String::new();
    let mut is_quoted = false;
    while let Some(letter) = letters.next() {
        match letter {
            '"' if is_quoted && letters.next_if_eq(&'"').is_some() => field.push('"'),
            '"' if is_quoted => is_quoted = false,
            '"' if field.is_empty() => is_quoted = true,
            _ if is_quoted => field.push(letter),
            '\n' => {
                fields.push(field);
                return Ok(fields);
            }
            '\r' if letters.peek() == Some(&'\n') => {}
            _ if letter == separator => {
                fields.push(std::mem::take(&mut field));
                if fields.len() >= MOST_COLUMNS {
                    return Err(ExtractError::Shape("has more columns than any table of RIO"));
                }
            }
            _ => field.push(letter),
        }
    }
    if is_quoted {
        return Err(ExtractError::Shape(
            "ends within a quotation; it was cut off: download it anew",
        ));
    }
    fields.push(field);
    Ok(fields)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotations_hold_separators_quotes_and_line_ends() {
        let table = Table::read("a;b\r\n\"x;\"\"y\"\"\nz\";2\r\n\r\n;\n").unwrap();

        assert_eq!(
            (table.column("B"), table.column("C"), table.width()),
            (Some(1), None, 2)
        );
        assert_eq!(table.rows, [vec!["x;\"y\"\nz", "2"], vec!["", ""]]);
    }

    #[test]
    fn what_is_cut_off_or_no_table_is_refused() {
        for text in ["", "\n\n", "a,b\n\"1,2", &",".repeat(300)] {
            assert!(matches!(Table::read(text), Err(ExtractError::Shape(_))), "{text}");
        }
        let long = "a,b\n".repeat(MOST_ROWS + 2);
        assert_eq!(Table::read(&long).err(), Some(ExtractError::TooManyRows));
    }
}
