//! Lines of numbers between commas, perhaps below a line of titles.

use super::Array;

/// Whole numbers throughout become int64, any other number makes all of them float64.
pub(super) fn read(bytes: &[u8]) -> Result<Array, String> {
    let text =
        std::str::from_utf8(bytes).map_err(|_| "neither .npy, .npz nor lines of numbers".to_string())?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()).peekable();
    // a first line without a single number holds titles
    if let Some((_, first)) = lines.peek()
        && fields(first).all(|f| f.parse::<f64>().is_err())
    {
        lines.next();
    }
    let (mut whole, mut real, mut width, mut rows) = (Some(Vec::new()), Vec::new(), 0, 0);
    for (index, line) in lines {
        let before = real.len();
        for (column, field) in fields(line).enumerate() {
            let at = || format!("line {}, column {}: {field:?} is no number", index + 1, column + 1);
            real.push(field.parse::<f64>().map_err(|_| at())?);
            match field.parse::<i64>() {
                Ok(number) => whole.iter_mut().for_each(|w| w.push(number)),
                Err(_) => whole = None,
            }
        }
        let found = real.len() - before;
        if rows > 0 && found != width {
            return Err(format!("line {}: {found} numbers, the lines above have {width}", index + 1));
        }
        (width, rows) = (found, rows + 1);
    }
    if rows == 0 {
        return Err("neither .npy, .npz nor lines of numbers".into());
    }
    let shape = [rows, width];
    match whole {
        Some(whole) => Array::new(&shape, &whole),
        None => Array::new(&shape, &real),
    }
    .map_err(|e| e.to_string())
}

/// One line for each of `rows` rows.
pub(super) fn write(array: &Array, rows: usize) -> String {
    let texts = array.texts();
    let width = texts.len().checked_div(rows).unwrap_or(0).max(1);
    texts.chunks(width).map(|line| line.join(",") + "\n").collect()
}

fn fields(line: &str) -> impl Iterator<Item = &str> {
    // a comma at the end of a line is no empty number
    line.trim().trim_end_matches(',').split(',').map(|f| f.trim().trim_matches('"'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_keep_their_kind() {
        let a = read(b"a, b\r\n1, -2\r\n\r\n3,4,\r\n").unwrap();
        assert_eq!((a.shape(), a.elements::<i64>().unwrap()), (&[2, 2][..], vec![1, -2, 3, 4]));
        let b = read(b"1,2.5").unwrap();
        assert_eq!(b.elements::<f64>().unwrap(), [1.0, 2.5]);
        assert_eq!(write(&a, 2), "1,-2\n3,4\n");
        assert_eq!(write(&b, 1), "1.0,2.5\n");
    }

    #[test]
    fn damage_is_refused_with_its_place() {
        for (text, what) in [
            ("1,2\n3\n", "line 2: 1 numbers, the lines above have 2"),
            ("1,2\n3,x\n", "line 2, column 2: \"x\""),
            ("", "neither"),
            ("titles,only\n", "neither"),
            ("1,,2", "column 2"),
        ] {
            let error = read(text.as_bytes()).unwrap_err();
            assert!(error.contains(what), "{error}");
        }
        assert!(read(b"\xff\xfe\0").is_err());
    }
}
