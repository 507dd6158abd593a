//! Text as a chain of characters, each to be foretold from those before it.

use std::collections::BTreeSet;
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::error::{bytes, file};
use super::{DataError, Dataset, Result, Sample, Values, within};

/// Characters and their numbers.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Vocabulary(Vec<char>);

impl Vocabulary {
    /// The characters of a text, numbered in the order of Unicode.
    pub fn of(text: &str) -> Vocabulary {
        Vocabulary(text.chars().collect::<BTreeSet<_>>().into_iter().collect())
    }

    /// How many characters there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The numbers of a text's characters.
    ///
    /// # Errors
    /// One is not among them; it is named with its place.
    pub fn encode(&self, text: &str) -> Result<Vec<i64>> {
        let number = |(at, char): (usize, char)| match self.0.iter().position(|own| *own == char) {
            Some(number) => Ok(number as i64),
            None => Err(DataError::Setting(format!("character {char:?} at {at} is not in the vocabulary"))),
        };
        text.chars().enumerate().map(number).collect()
    }

    /// The text of numbers; those that are none of its characters become U+FFFD.
    pub fn decode(&self, numbers: &[i64]) -> String {
        let char = |number: &i64| usize::try_from(*number).ok().and_then(|number| self.0.get(number));
        numbers.iter().map(|number| char(number).copied().unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
    }
}

/// Stretches of a text: each sample has `context` characters (i64), and as its label the same ones moved on by one.
#[derive(Clone, Debug)]
pub struct Text {
    name: String,
    numbers: Vec<i64>,
    vocabulary: Vocabulary,
    context: usize,
    stride: usize,
}

impl Text {
    /// Stretches of `context` characters, from every `stride`-th one on.
    ///
    /// # Errors
    /// A character is not in the vocabulary; the text is not longer than the context; a setting is 0.
    pub fn new(text: &str, vocabulary: Vocabulary, context: usize, stride: usize) -> Result<Text> {
        let numbers = vocabulary.encode(text)?;
        if context == 0 || stride == 0 || numbers.len() <= context {
            let what = format!(
                "{} characters give no stretch of {context} from every {stride}-th on; both are at least 1, and the text is longer",
                numbers.len()
            );
            return Err(DataError::Setting(what));
        }
        Ok(Text { name: "text".into(), numbers, vocabulary, context, stride })
    }

    /// [`Text::new`] of a file, with the characters that are in it.
    ///
    /// # Errors
    /// As there; or the file can't be read, or is not UTF-8.
    pub fn read(path: &Path, context: usize, stride: usize) -> Result<Text> {
        let text = String::from_utf8(bytes(path)?).map_err(|error| {
            file(path, format!("not UTF-8 from byte {} on", error.utf8_error().valid_up_to()))
        })?;
        let made = Text::new(&text, Vocabulary::of(&text), context, stride);
        made.map(|made| Text { name: path.display().to_string(), ..made })
            .map_err(|e| file(path, e.to_string()))
    }

    /// Its beginning and its end, which share no character: `share` of it goes to the beginning.
    ///
    /// # Errors
    /// One of them is not longer than the context.
    pub fn split(self, share: f64) -> Result<(Text, Text)> {
        let at = (self.numbers.len() as f64 * share.clamp(0.0, 1.0)) as usize;
        let (front, back) = self.numbers.split_at(at);
        if front.len().min(back.len()) <= self.context {
            let what =
                format!("{} and {} characters, and {} are a context", front.len(), back.len(), self.context);
            return Err(DataError::Setting(format!(
                "split {}: {what}; both parts must be longer",
                self.name
            )));
        }
        let part = |numbers: &[i64]| Text { numbers: numbers.to_vec(), ..self.clone() };
        Ok((part(front), part(back)))
    }

    /// Its characters and their numbers.
    pub fn vocabulary(&self) -> &Vocabulary {
        &self.vocabulary
    }
}

impl Dataset for Text {
    fn len(&self) -> usize {
        (self.numbers.len() - self.context - 1) / self.stride + 1
    }

    fn get(&self, index: usize) -> Result<Sample> {
        within(index, self.len())?;
        let stretch =
            |start: usize| Values::indices(self.context, self.numbers[start..start + self.context].to_vec());
        let start = index * self.stride;
        Ok(Sample { inputs: vec![stretch(start)?], label: Some(stretch(start + 1)?) })
    }

    fn name(&self, index: usize) -> String {
        format!("{}, character {}", self.name, index * self.stride)
    }
}
