/** Soft labels recorded for views of images: a teacher runs once, for any number of students. */
@NullMarked
package io.ssld.core.labels;

import org.jspecify.annotations.NullMarked;
