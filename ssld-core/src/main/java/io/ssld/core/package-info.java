/** The distillation run: {@link io.ssld.core.Distiller} and what it returns. */
@NullMarked
package io.ssld.core;

import org.jspecify.annotations.NullMarked;
