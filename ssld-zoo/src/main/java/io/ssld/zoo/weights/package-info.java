/**
 * Weights as values: {@link io.ssld.zoo.weights.StateDict} is what every reader of a weights file
 * returns and every writer takes.
 */
@NullMarked
package io.ssld.zoo.weights;

import org.jspecify.annotations.NullMarked;
