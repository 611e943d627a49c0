/** Measurements of single parts, each a main class that prints what it measured. */
@NullMarked
package io.ssld.examples.bench;

import org.jspecify.annotations.NullMarked;
