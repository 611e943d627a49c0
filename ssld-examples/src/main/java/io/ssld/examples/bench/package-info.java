/** Measurements, each one main class that says which question it answers. */
@NullMarked
package io.ssld.examples.bench;

import org.jspecify.annotations.NullMarked;
