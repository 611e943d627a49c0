/** From pretrained weights to a model for classes of one's own. */
@NullMarked
package io.ssld.finetuning;

import org.jspecify.annotations.NullMarked;
