/** Internal: notes and preprocessing that a fine-tuned network is saved with. */
@NullMarked
package io.ssld.finetuning.internal;

import org.jspecify.annotations.NullMarked;
