import { Button, Group, TextInput } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import { useAddAdmin } from '../../api/admin.ts'
import { FormFailure } from '../../components/FormFailure.tsx'
import { useDeed } from '../../components/use-deed.ts'
import { byField } from '../../format/errors.ts'

export function AddAdministrator() {
  const [username, setUsername] = useState('')
  const name = username.trim()
  const add = useDeed(useAddAdmin(), {
    message: () => `${name} is an administrator from the next login on`,
    onDone: () => setUsername(''),
  })
  const { fields, rest } = byField(add.error, ['username'])

  function submit(event: FormEvent): void {
    event.preventDefault()
    add.run(name)
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
