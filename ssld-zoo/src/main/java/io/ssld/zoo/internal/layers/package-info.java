/**
 * Internal: what the families are built of. A layer is described once and run with arrays, with
 * shapes alone, or as a script.
 */
@NullMarked
package io.ssld.zoo.internal.layers;

import org.jspecify.annotations.NullMarked;
