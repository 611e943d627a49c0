/** What a distillation will cost: the figures, and how they follow from a few timed steps. */
@NullMarked
package io.ssld.core.plan;

import org.jspecify.annotations.NullMarked;
