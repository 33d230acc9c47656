mod published;
mod rules;
mod shapes;
mod speed;
mod support;
