mod bounds;
mod fuzzy;
mod ladder;
mod verbatim;
