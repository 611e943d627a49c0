/** Hyper-parameter search over recipes: one setting after another, the best value kept. */
@NullMarked
package io.ssld.core.search;

import org.jspecify.annotations.NullMarked;
