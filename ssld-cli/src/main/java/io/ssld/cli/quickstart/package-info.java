/** The SSLD idea on embedded real images: one teacher, one student trained three ways. */
@NullMarked
package io.ssld.cli.quickstart;

import org.jspecify.annotations.NullMarked;
