// SPDX-License-Identifier: GPL-2.0
/*
 * parbiter_vport.ko: user space controls virtual ports and native drivers through
 * /dev/parbiter-vport. The README describes the commands.
 *
 * Each write is one command, and fails with the command's error. The command's
 * reply is then read from the same descriptor.
 */
#include <linux/fs.h>
#include <linux/kernel.h>
#include <linux/miscdevice.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/uaccess.h>

#include "command.h"

#define VPORT_COMMAND_MAX	4096
#define VPORT_REPLY_LINE	256
#define VPORT_REPLY_FIRST	4096

/* One open of the device */
struct vport_session {
	struct mutex lock;	/* serialises commands; guards the reply */
	struct vport_reply reply;
	size_t pos;
};

/* Make room for @room more bytes. */
static bool vport_reply_grow(struct vport_reply *reply, size_t room)
{
	size_t size = max_t(size_t, reply->size, VPORT_REPLY_FIRST);
	char *text;

	if (reply->size - reply->len >= room)
		return true;
	while (size - reply->len < room)
		size *= 2;
	text = kvmalloc(size, GFP_KERNEL);
	if (!text) {
		reply->failed = true;
		return false;
	}
	if (reply->text)
		memcpy(text, reply->text, reply->len);
	kvfree(reply->text);
	reply->text = text;
	reply->size = size;
	return true;
}

/**
 * parbiter_vport_reply_room - make room for bytes that are not text
 * @reply: the reply
 * @size: their number
 *
 * Return: the place for the bytes; the caller then adds to @reply->len. NULL if there
 * is no memory.
 */
void *parbiter_vport_reply_room(struct vport_reply *reply, size_t size)
{
	if (!vport_reply_grow(reply, size))
		return NULL;
	return reply->text + reply->len;
}

/**
 * parbiter_vport_reply - append to a reply
 * @reply: the reply
 * @format: as for printk(), up to one line
 */
void parbiter_vport_reply(struct vport_reply *reply, const char *format, ...)
{
	va_list args;

	if (!vport_reply_grow(reply, VPORT_REPLY_LINE))
		return;
	va_start(args, format);
	reply->len += vscnprintf(reply->text + reply->len,
				 reply->size - reply->len, format, args);
	va_end(args);
}

static void vport_reply_clear(struct vport_reply *reply)
{
	kvfree(reply->text);
	memset(reply, 0, sizeof(*reply));
}

static const struct vport_verb *const vport_tables[] = {
	parbiter_vport_port_verbs,
	parbiter_vport_chain_verbs,
	parbiter_vport_lock_verbs,
	parbiter_vport_native_verbs,
	parbiter_vport_peripheral_verbs,
};

static const struct vport_verb *vport_find_verb(const struct vport_verb *verbs,
						const char *name)
{
	for (; verbs->name; verbs++)
		if (!strcmp(verbs->name, name))
			return verbs;
	return NULL;
}

static int vport_run(int argc, char **argv, struct vport_reply *reply)
{
	const struct vport_verb *verb = NULL;
	int i;

	if (!argc)
		return -EINVAL;
	for (i = 0; !verb && i < ARRAY_SIZE(vport_tables); i++)
		verb = vport_find_verb(vport_tables[i], argv[0]);
	if (!verb || argc - 1 < verb->min || argc - 1 > verb->max)
		return -EINVAL;
	return verb->run(argc - 1, argv + 1, reply);
}

static int vport_command(const char *text, struct vport_reply *reply)
{
	char **argv;
	int argc, ret;

	argv = argv_split(GFP_KERNEL, text, &argc);
	if (!argv)
		return -ENOMEM;
	ret = vport_run(argc, argv, reply);
	argv_free(argv);
	if (!ret && reply->failed)
		ret = -ENOMEM;
	return ret;
}

static int vport_open(struct inode *inode, struct file *file)
{
	struct vport_session *session = kzalloc(sizeof(*session), GFP_KERNEL);

	if (!session)
		return -ENOMEM;
	mutex_init(&session->lock);
	file->private_data = session;
	return stream_open(inode, file);
}

static int vport_release(struct inode *inode, struct file *file)
{
	struct vport_session *session = file->private_data;

	vport_reply_clear(&session->reply);
	kfree(session);
	return 0;
}

static ssize_t vport_write(struct file *file, const char __user *buf,
			   size_t count, loff_t *ppos)
{
	struct vport_session *session = file->private_data;
	char *text;
	int ret;

	if (count > VPORT_COMMAND_MAX)
		return -EINVAL;
	text = memdup_user_nul(buf, count);
	if (IS_ERR(text))
		return PTR_ERR(text);
	ret = mutex_lock_interruptible(&session->lock);
	if (!ret) {
		vport_reply_clear(&session->reply);
		session->pos = 0;
		ret = vport_command(text, &session->reply);
		mutex_unlock(&session->lock);
	}
	kfree(text);
	return ret ? ret : count;
}

static ssize_t vport_read(struct file *file, char __user *buf, size_t count,
			  loff_t *ppos)
{
	struct vport_session *session = file->private_data;
	int ret;

	ret = mutex_lock_interruptible(&session->lock);
	if (ret)
		return ret;
	count = min(count, session->reply.len - session->pos);
	if (copy_to_user(buf, session->reply.text + session->pos, count))
		count = -EFAULT;
	else
		session->pos += count;
	mutex_unlock(&session->lock);
	return count;
}

static const struct file_operations vport_fops = {
	.owner		= THIS_MODULE,
	.open		= vport_open,
	.release	= vport_release,
	.read		= vport_read,
	.write		= vport_write,
};

static struct miscdevice vport_device = {
	.minor		= MISC_DYNAMIC_MINOR,
	.name		= "parbiter-vport",
	.fops		= &vport_fops,
};

static int __init vport_init(void)
{
	return misc_register(&vport_device);
}

static void __exit vport_exit(void)
{
	misc_deregister(&vport_device);
	parbiter_vport_unlock();
	parbiter_vport_remove_natives();
	parbiter_vport_remove_ports();
}

module_init(vport_init);
module_exit(vport_exit);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Virtual parallel ports and native drivers, for tests of parbiter");
