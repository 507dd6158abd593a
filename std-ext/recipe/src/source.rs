//! Where samples come from, and which of them are kept to choose and to test.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use midge_runtime::pipeline::Pipeline;
use midge_train::data::{Classes, Dataset, Folder, Memory, Rule, Table, Target, Text, Values, Vocabulary};
use midge_train::{Shape, Type};
use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};
use crate::vibration::Vibration;

/// Kinds of data.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// Rows of a `.csv` file.
    Csv,
    /// Arrays of a `.npz` file, or of two `.npy` files.
    Npz,
    /// A folder of images.
    Images,
    /// A folder of sounds.
    Sounds,
    /// Two IDX files, as MNIST has them.
    Idx,
    /// Binary files of CIFAR-10.
    Cifar,
    /// Characters of a text.
    Text,
    /// Vibration of a machine, made from seeds; some of the test samples have a fault.
    Vibration,
}

/// Every kind as it is written, and what it is.
pub const KINDS: [(&str, &str); 8] = [
    ("csv", "rows of a .csv file: numbers, and a column with classes or what is to be learned"),
    ("npz", "arrays of a .npz file, labels as y; or a .npy file and another with labels"),
    ("images", "a folder of .png and .jpg images; folders in it, or parts of names, are classes"),
    ("sounds", "a folder of .wav sounds; folders in it, or parts of names, are classes"),
    ("idx", "two IDX files, as MNIST comes in"),
    ("cifar", "binary files of CIFAR-10"),
    ("text", "characters of a text"),
    ("vibration", "vibration of a machine, made from seeds; half of the test samples have a fault"),
];

/// What a column of a table is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Learn {
    /// A class.
    #[default]
    Class,
    /// A number.
    Number,
    /// There is none.
    None,
}

/// Where the class of a file stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged, expecting = "\"folder\", \"none\", or the number of a part of file names, from 0")]
pub enum Class {
    /// By a word.
    Named(Place),
    /// The part with that number of the file's name, between underscores.
    Part(usize),
}

/// Places with a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Place {
    /// The name of its folder.
    Folder,
    /// Nowhere.
    None,
}

/// What a recipe says about its data.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Data {
    /// Their kind.
    pub kind: Kind,
    /// The file or folder, within the folder of data.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// A file with labels alone (npz, idx).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub labels: Option<String>,
    /// Files one behind the other (cifar).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub files: Vec<String>,
    /// Title of the column to learn; the last one, unless it is given (csv).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target: Option<String>,
    /// What that column is (csv).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub learn: Option<Learn>,
    /// Where the class of a file stands (images, sounds).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub class: Option<Class>,
    /// Axes of a sample, where numbers come as a row (csv, npz).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shape: Option<Vec<usize>>,
    /// Steps between a file and the network, as `midge eval --preprocess` has them.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub prepare: String,
    /// Characters of a sample (text).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub context: Option<usize>,
    /// Characters from one sample to the next (text).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stride: Option<usize>,
    /// Samples to train and choose by (vibration).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub samples: Option<usize>,
    /// Samples to test with, half of them with a fault (vibration).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tests: Option<usize>,
    /// Which samples are kept to test.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub test: Option<String>,
    /// Which of the others are kept to choose the best epoch by.
    #[serde(default = "tenth")]
    pub valid: String,
    /// Where the data come from, for those who do not have them.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub source: String,
}

fn tenth() -> String {
    "share 0.1".into()
}

/// Samples by what they are for.
#[derive(Clone)]
pub struct Splits {
    /// To train on.
    pub train: Arc<dyn Dataset>,
    /// To choose the best epoch by.
    pub valid: Option<Arc<dyn Dataset>>,
    /// To test with.
    pub test: Option<Arc<dyn Dataset>>,
    /// The characters of a text.
    pub vocabulary: Option<Vocabulary>,
}

impl Data {
    /// Data in a file or folder that no recipe says more about.
    ///
    /// # Errors
    /// Its name tells no kind.
    pub fn of(path: &Path) -> Result<Data> {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let kind = match path.extension().and_then(|extension| extension.to_str()) {
            _ if path.is_dir() => Kind::Images,
            Some("csv") => Kind::Csv,
            Some("npz" | "npy") => Kind::Npz,
            Some("txt") => Kind::Text,
            _ => {
                let known = "a recipe, a .csv, .npz, .npy or .txt file, or a folder";
                return Err(Error::Recipe(format!("{}: neither {known}", path.display())));
            }
        };
        let loose = |folder: &Path| {
            std::fs::read_dir(folder).is_ok_and(|all| !all.flatten().any(|entry| entry.path().is_dir()))
        };
        Ok(Data {
            kind,
            path: Some(name),
            labels: None,
            files: Vec::new(),
            target: None,
            learn: None,
            class: (kind == Kind::Images && loose(path)).then_some(Class::Named(Place::None)),
            shape: None,
            prepare: String::new(),
            context: (kind == Kind::Text).then_some(1),
            stride: None,
            samples: None,
            tests: None,
            test: None,
            valid: tenth(),
            source: String::new(),
        })
    }

    /// Refuses keys that the kind does not have, and rules that are none.
    ///
    /// # Errors
    /// What is wrong, and what is known.
    pub(crate) fn check(&self) -> Result<()> {
        use Kind::{Cifar, Csv, Idx, Images, Npz, Sounds, Text, Vibration};
        let wrong = |what: String| Err(Error::Recipe(format!("data: {what}")));
        let given: [(&str, bool, &[Kind]); 12] = [
            ("path", self.path.is_some(), &[Csv, Npz, Images, Sounds, Idx, Text]),
            ("labels", self.labels.is_some(), &[Npz, Idx]),
            ("files", !self.files.is_empty(), &[Cifar]),
            ("target", self.target.is_some(), &[Csv]),
            ("learn", self.learn.is_some(), &[Csv]),
            ("class", self.class.is_some(), &[Images, Sounds]),
            ("shape", self.shape.is_some(), &[Csv, Npz]),
            ("context", self.context.is_some(), &[Text]),
            ("stride", self.stride.is_some(), &[Text]),
            ("samples", self.samples.is_some(), &[Vibration]),
            ("tests", self.tests.is_some(), &[Vibration]),
            ("test", self.test.is_some(), &[Csv, Npz, Images, Sounds, Idx, Cifar, Text]),
        ];
        for (key, given, kinds) in given {
            if given && !kinds.contains(&self.kind) {
                return wrong(format!("{key} is for {kinds:?}, and the kind is {:?}", self.kind));
            }
            let needed = matches!(key, "path" | "files" | "context")
                || key == "labels" && self.kind == Idx
                || matches!(key, "samples" | "tests");
            if needed && !given && kinds.contains(&self.kind) {
                return wrong(format!("{key} is missing; data of the kind {:?} need it", self.kind));
            }
        }
        if self.kind == Text && !self.prepare.is_empty() {
            return wrong("prepare has no steps for text".into());
        }
        self.pipeline()?;
        for (key, rule) in [("test", self.test.as_deref()), ("valid", Some(self.valid.as_str()))] {
            if let Some(rule) = rule {
                parse(rule, 0).map_err(|what| Error::Recipe(format!("data: {key}: {what}")))?;
            }
        }
        Ok(())
    }

    /// The steps between a file and the network.
    ///
    /// # Errors
    /// One is no step.
    pub fn pipeline(&self) -> Result<Pipeline> {
        self.prepare.parse().map_err(|error| Error::Recipe(format!("data: prepare: {error}")))
    }

    /// Looks for the data in folders, and splits them. `seed` decides shares.
    ///
    /// # Errors
    /// They are not there, or not what the recipe says.
    pub fn open(&self, roots: &[PathBuf], seed: u64) -> Result<Splits> {
        let valid = parse(&self.valid, seed.wrapping_add(1)).map_err(Error::Recipe)?;
        if self.kind == Kind::Text {
            return self.text(roots, valid);
        }
        let (rest, test): (Arc<dyn Dataset>, Option<Arc<dyn Dataset>>) = if self.kind == Kind::Vibration {
            (self.whole(roots, seed)?, Some(Arc::new(self.vibration(true, seed)?)))
        } else {
            let all = self.whole(roots, seed)?;
            match self.test.as_deref().map(|rule| parse(rule, seed)).transpose().map_err(Error::Recipe)? {
                Some(Some(rule)) => {
                    let (rest, test) = self.at(rule, roots)?.split(&all)?;
                    (Arc::new(rest), Some(Arc::new(test)))
                }
                _ => (all, None),
            }
        };
        let (train, valid): (Arc<dyn Dataset>, Option<Arc<dyn Dataset>>) = match valid {
            Some(rule) => {
                let (train, valid) = self.at(rule, roots)?.split(&rest)?;
                (Arc::new(train), Some(Arc::new(valid)))
            }
            None => (rest, None),
        };
        let some = |data: Arc<dyn Dataset>| (!data.is_empty()).then_some(data);
        Ok(Splits { train, valid: valid.and_then(some), test: test.and_then(some), vocabulary: None })
    }

    /// All samples before they are split; of vibrations those that are well.
    ///
    /// # Errors
    /// As [`Data::open`].
    pub fn whole(&self, roots: &[PathBuf], seed: u64) -> Result<Arc<dyn Dataset>> {
        let path = |name: &Option<String>| self.find(roots, name.as_deref().unwrap_or_default());
        let class = match self.class {
            None | Some(Class::Named(Place::Folder)) => Classes::Folders,
            Some(Class::Named(Place::None)) => Classes::None,
            Some(Class::Part(part)) => Classes::Field(part),
        };
        Ok(match self.kind {
            Kind::Csv => {
                let target = match self.learn.unwrap_or_default() {
                    Learn::Class => Target::Class(self.target.clone()),
                    Learn::Number => Target::Number(self.target.clone()),
                    Learn::None => Target::None,
                };
                let table = Table::read(&path(&self.path)?, &target)?;
                if self.shape.is_none() && self.prepare.is_empty() {
                    return Ok(Arc::new(table));
                }
                Arc::new(self.gathered(&table)?)
            }
            Kind::Npz => {
                let labels = self.labels.is_some().then(|| path(&self.labels)).transpose()?;
                let arrays = Memory::arrays(&path(&self.path)?, labels.as_deref())?;
                match self.shape {
                    Some(_) => Arc::new(self.gathered(&arrays)?),
                    None => Arc::new(arrays.with_pipeline(self.pipeline()?)),
                }
            }
            Kind::Images | Kind::Sounds => {
                Arc::new(Folder::open(&path(&self.path)?, class, self.pipeline()?)?)
            }
            Kind::Idx => {
                let memory = Memory::idx(&path(&self.path)?, &path(&self.labels)?)?;
                Arc::new(memory.with_pipeline(self.pipeline()?))
            }
            Kind::Cifar => {
                let files =
                    self.files.iter().map(|name| self.find(roots, name)).collect::<Result<Vec<_>>>()?;
                Arc::new(Memory::cifar10(&files)?.with_pipeline(self.pipeline()?))
            }
            Kind::Text => {
                let context = self.context.unwrap_or(0);
                Arc::new(Text::read(&path(&self.path)?, context, self.stride.unwrap_or(context))?)
            }
            Kind::Vibration => Arc::new(self.vibration(false, seed)?),
        })
    }

    /// Vibrations to train on, or behind them those to test with.
    fn vibration(&self, test: bool, seed: u64) -> Result<Vibration> {
        let (samples, tests) = (self.samples.unwrap_or(0), self.tests.unwrap_or(0));
        let (first, count) = if test { (samples, tests) } else { (0, samples) };
        Ok(Vibration { seed, first, count, faults: test, pipeline: self.pipeline()? })
    }

    /// Rows in the recipe's shape, and through its steps.
    fn gathered(&self, rows: &dyn Dataset) -> Result<Memory> {
        let (mut numbers, mut labels, mut classes) = (Vec::new(), Vec::new(), Vec::new());
        let (mut one, mut shape) = (Shape::default(), Shape::default());
        for index in 0..rows.len() {
            let sample = rows.get(index)?;
            let input = sample.inputs.into_iter().next();
            let wanted: Shape = match (&self.shape, &input) {
                (Some(shape), _) => shape.iter().copied().collect(),
                (None, Some(input)) => input.shape().clone(),
                (None, None) => Shape::default(),
            };
            let Some(input) = input.map(|input| input.reshape(&wanted)).transpose()? else { continue };
            numbers.extend(input.as_floats().unwrap_or_default());
            shape = wanted;
            if let Some(label) = sample.label {
                labels.extend(label.as_floats().unwrap_or_default());
                classes.extend(label.as_indices().unwrap_or_default());
                one = label.shape().clone();
            }
        }
        let all = |shape: &Shape| std::iter::once(rows.len()).chain(shape.iter().copied()).collect::<Shape>();
        let label = match (labels.is_empty(), classes.is_empty()) {
            (false, _) => Some(Values::floats(all(&one), labels)?),
            (_, false) => Some(Values::indices(all(&one), classes)?),
            _ => None,
        };
        let memory = Memory::new(
            self.path.clone().unwrap_or_default(),
            vec![Values::floats(all(&shape), numbers)?],
            label,
        )?;
        Ok(memory.with_classes(rows.classes().to_vec()).with_pipeline(self.pipeline()?))
    }

    /// Beginning, middle and end of a text: what is tested, and chosen by, comes behind what is trained on.
    fn text(&self, roots: &[PathBuf], valid: Option<Rule>) -> Result<Splits> {
        let share = |rule: Option<Rule>| match rule {
            None => Ok(None),
            Some(Rule::Share { share, .. }) => Ok(Some(share)),
            Some(_) => Err(Error::Recipe("data: text is split by a share, as in \"share 0.1\"".into())),
        };
        let path = self.find(roots, self.path.as_deref().unwrap_or_default())?;
        let context = self.context.unwrap_or(0);
        let all = Text::read(&path, context, self.stride.unwrap_or(context))?;
        let vocabulary = Some(all.vocabulary().clone());
        let test = self.test.as_deref().map(|rule| parse(rule, 0)).transpose().map_err(Error::Recipe)?;
        let part = |text: Text| Arc::new(text) as Arc<dyn Dataset>;
        let (rest, test) = match share(test.flatten())? {
            Some(share) => all.split(1.0 - share).map(|(rest, test)| (rest, Some(part(test))))?,
            None => (all, None),
        };
        let (train, valid) = match share(valid)? {
            Some(share) => rest.split(1.0 - share).map(|(train, valid)| (train, Some(part(valid))))?,
            None => (rest, None),
        };
        Ok(Splits { train: part(train), valid, test, vocabulary })
    }

    /// A rule whose list of names is read.
    fn at(&self, rule: Rule, roots: &[PathBuf]) -> Result<Rule> {
        match rule {
            Rule::Names(names) => {
                let list = names.first().map(String::as_str).unwrap_or_default();
                Ok(Rule::list(&self.find(roots, list)?)?)
            }
            rule => Ok(rule),
        }
    }

    /// A file or folder of the data, in the first folder that has it.
    fn find(&self, roots: &[PathBuf], name: &str) -> Result<PathBuf> {
        let places: Vec<PathBuf> = roots.iter().map(|root| root.join(name)).collect();
        if let Some(place) = places.iter().find(|place| place.exists()) {
            return Ok(place.clone());
        }
        let source = if self.source.is_empty() { String::new() } else { format!("{}; ", self.source) };
        Err(Error::Missing {
            path: places.into_iter().next().unwrap_or_else(|| Path::new(name).into()),
            hint: format!("{source}say in which folder they are with --data DIR, or MIDGE_DATA"),
        })
    }
}

/// Whether labels are classes, by the first sample.
pub(crate) fn has_classes(data: &dyn Dataset) -> Result<Option<bool>> {
    let label = data.get(0)?.label;
    Ok(label.map(|label| label.data().kind() == Type::I64))
}

/// A rule as recipes write it; none for `none`. A list is the one name of its file.
fn parse(text: &str, seed: u64) -> std::result::Result<Option<Rule>, String> {
    let words: Vec<&str> = text.split_whitespace().collect();
    let number = |word: &str| word.parse::<usize>().ok();
    let rule = match words[..] {
        ["none"] => return Ok(None),
        ["index", "%", divisor, "==", rest] => {
            number(divisor).zip(number(rest)).map(|(divisor, rest)| Rule::Every { divisor, rest })
        }
        ["share", share] => {
            let share = share.parse().ok().filter(|share| (0.0..1.0).contains(share));
            share.map(|share| Rule::Share { share, seed })
        }
        ["part", field, "in", range] => range.split_once('-').and_then(|(first, last)| {
            Some(Rule::Field { field: number(field)?, first: first.parse().ok()?, last: last.parse().ok()? })
        }),
        ["names", list] => Some(Rule::Names([list.to_owned()].into())),
        _ => None,
    };
    let known =
        "\"index % 5 == 0\", \"share 0.1\", \"part 2 in 0-4\" of file names, \"names FILE\", \"none\"";
    rule.map(Some).ok_or_else(|| format!("{text:?} is no rule; there are {known}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_are_read() {
        assert_eq!(parse("index % 5 == 2", 0), Ok(Some(Rule::Every { divisor: 5, rest: 2 })));
        assert_eq!(parse("share 0.25", 7), Ok(Some(Rule::Share { share: 0.25, seed: 7 })));
        assert_eq!(parse("part 2 in 0-4", 0), Ok(Some(Rule::Field { field: 2, first: 0, last: 4 })));
        assert_eq!(parse("none", 0), Ok(None));
        for wrong in ["", "share 1.5", "index % x == 0", "part 2 in 4", "every 5"] {
            assert!(parse(wrong, 0).unwrap_err().contains("is no rule; there are"), "{wrong}");
        }
    }
}
