/**
 * Weights as values: {@link io.ssld.weights.StateDict} is what every reader of a weights file
 * returns and every writer takes.
 */
@NullMarked
package io.ssld.weights;

import org.jspecify.annotations.NullMarked;
