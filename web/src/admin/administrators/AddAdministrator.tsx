import { Button, Group, TextInput } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { type FormEvent, useState } from 'react'
import { useAddAdmin } from '../../api/admin.ts'
import { FormFailure } from '../../components/FormFailure.tsx'
import { byField } from '../../format/errors.ts'

export function AddAdministrator() {
  const [username, setUsername] = useState('')
  const add = useAddAdmin()
  const { fields, rest } = byField(add.error, ['username'])

  function submit(event: FormEvent): void {
    event.preventDefault()
    const name = username.trim()
    add.mutate(name, {
      onSuccess() {
        notifications.show({ message: `${name} is an administrator from the next login on` })
        setUsername('')
      },
    })
  }

  return (
    <form onSubmit={submit}>
      <Group align="start" mb="md">
        <TextInput
          label="Username"
          required
          autoComplete="off"
          value={username}
          error={fields.username}
          onChange={(event) => setUsername(event.currentTarget.value)}
        />
        <Button type="submit" mt={25} loading={add.isPending}>
          Add administrator
        </Button>
      </Group>
      <FormFailure message={rest} />
    </form>
  )
}
