/* data-support.h: small data sets and archives for the tests of datasets
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include "datasets/dataset.h"

G_BEGIN_DECLS

/* A new folder below the system's temporary one, open to every user so that
 * tests can give up their rights.  (transfer full) */
char       *test_folder_new     (void) G_GNUC_WARN_UNUSED_RESULT;

/* Removes a folder with all in it, whatever its permissions, and frees it. */
void        test_folder_free    (char             *folder);

/* The path of @name in @folder.  (transfer full) */
char       *test_path           (const char       *folder,
                                 const char       *name) G_GNUC_WARN_UNUSED_RESULT;

/* Writes a file, in place of one that may be there, and the folders that its
 * name has. */
void        test_write          (const char       *folder,
                                 const char       *name,
                                 GBytes           *bytes);

/* How many files and folders lie in @folder. */
guint       test_count_entries  (const char       *folder);

/* Root may read and write everything, so it becomes somebody else for a while;
 * other users stay who they are. */
void        test_give_up_rights   (void);
void        test_take_back_rights (void);

/* Named files that have not been written yet. */
typedef struct _TestFiles TestFiles;

TestFiles  *test_files_new      (void) G_GNUC_WARN_UNUSED_RESULT;
void        test_files_free     (TestFiles        *self);

/* (transfer full) of @bytes */
void        test_files_add      (TestFiles        *self,
                                 const char       *name,
                                 GBytes           *bytes);

typedef enum
{
  TEST_FOLDER,
  TEST_ZIP,
  TEST_TAR,
  TEST_TAR_GZIP,
  TEST_TAR_XZ,
  TEST_TAR_ZSTD,
  TEST_N_PACKINGS,
} TestPacking;

/* Writes @files into @folder in one of these ways; the path of the folder or
 * archive.  (transfer full) */
char       *test_files_pack     (TestFiles        *self,
                                 TestPacking       packing,
                                 const char       *folder) G_GNUC_WARN_UNUSED_RESULT;

/* One entry of an archive that an honest program would not make. */
typedef struct
{
  const char *name;
  guint       type;             /* AE_IFREG and so on */
  guint       mode;
  const char *link;             /* target of a symbolic link … */
  const char *hard_link;        /* … or a hard one */
  gsize       n_zeros;          /* content: that many zero bytes */
} TestEntry;

/* A tar archive (@packing may be TEST_ZIP too) with these entries, ended by a
 * NULL name, behind an honest image folder's.  (transfer full) */
char       *test_pack_entries   (const TestEntry  *entries,
                                 TestPacking       packing,
                                 const char       *folder) G_GNUC_WARN_UNUSED_RESULT;

GBytes     *test_gzip           (GBytes           *bytes) G_GNUC_WARN_UNUSED_RESULT;

/* Big-endian IDX of uint8: @n_axes sizes, and bytes that count upwards from
 * @first modulo @modulus. */
GBytes     *test_idx            (int               n_axes,
                                 const guint32    *sizes,
                                 int               first,
                                 int               modulus) G_GNUC_WARN_UNUSED_RESULT;

/* Images whose pixel (x, y) of channel c is @value + 8x + 4y + 2c modulo 256;
 * @channels as PNG has them: grey, grey and alpha, RGB, RGB and alpha. */
GBytes     *test_png            (int               channels,
                                 int               height,
                                 int               width,
                                 int               value) G_GNUC_WARN_UNUSED_RESULT;
GBytes     *test_jpeg           (int               channels,
                                 int               height,
                                 int               width,
                                 int               value) G_GNUC_WARN_UNUSED_RESULT;

/* MNIST's four names with 6 training and 3 test images of 4×5. */
TestFiles  *test_idx_files      (gboolean          packed) G_GNUC_WARN_UNUSED_RESULT;

/* Two classes, "cat" and "dog", with 2 training and 1 test image of 6×5 each. */
TestFiles  *test_image_files    (void) G_GNUC_WARN_UNUSED_RESULT;

/* Two files with two records each and one with one, and the names. */
TestFiles  *test_cifar_files    (void) G_GNUC_WARN_UNUSED_RESULT;

/* A set of @n_items items of one float32, the item's index, with labels of
 * @n_classes in turn and the parts that @part_of (nullable) tells. */
DsDataset  *test_counting_set   (const char       *folder,
                                 guint32           n_items,
                                 int               n_classes,
                                 DsPart          (*part_of) (guint32 index))
                                 G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TestFiles, test_files_free)

G_END_DECLS
