/** Sources of soft labels. */
@NullMarked
package io.ssld.core.teacher;

import org.jspecify.annotations.NullMarked;
