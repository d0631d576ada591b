import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('fund', '0003_gap'),
        ('requests_app', '0015_week_of_the_help'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='expense',
            name='expense_kind_state_check',
        ),
        migrations.RemoveConstraint(
            model_name='expense',
            name='expense_state_asked_by_payee_check',
        ),
        migrations.RemoveConstraint(
            model_name='expense',
            name='expense_state_approvers_check',
        ),
        migrations.RemoveConstraint(
            model_name='expense',
            name='expense_state_payment_check',
        ),
        migrations.RemoveConstraint(
            model_name='expense',
            name='expense_state_spent_check',
        ),
        migrations.RemoveConstraint(
            model_name='expense',
            name='expense_state_rest_check',
        ),
        migrations.AddField(
            model_name='expense',
            name='ask',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='requests_app.ask', verbose_name='ask'),
        ),
        migrations.AddField(
            model_name='expense',
            name='write_off_approver',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='fund.approver', verbose_name='first to close it'),
        ),
        migrations.AddField(
            model_name='expense',
            name='write_off_back',
            field=models.BigIntegerField(null=True, verbose_name='came back'),
        ),
        migrations.AddField(
            model_name='expense',
            name='write_off_saw',
            field=models.PositiveIntegerField(null=True),
        ),
        migrations.AlterField(
            model_name='expense',
            name='state',
            field=models.CharField(choices=[('asked', 'waits for a yes'), ('approved', 'agreed'), ('paid', 'paid'), ('reached', 'it arrived'), ('not_reached', "it didn't arrive"), ('spent', 'spent, to be looked at'), ('settled', 'settled'), ('closing', 'one of two people would close it'), ('written_off', 'closed, and not all came back'), ('declined', 'not possible this time'), ('withdrawn', 'taken back')], default='asked', max_length=12, verbose_name='state'),
        ),
        migrations.AddConstraint(
            model_name='expense',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['money_back', 'money_ahead', 'direct_help']), ('state__in', ['asked', 'approved', 'paid', 'reached', 'not_reached', 'spent', 'settled', 'closing', 'written_off', 'declined', 'withdrawn'])), name='expense_kind_state_check', violation_error_message='Choose one of the kinds and one of the states.'),
        ),
        migrations.AddConstraint(
            model_name='expense',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state__in', ('asked', 'approved')), _negated=True), ('ask__isnull', False), models.Q(('asked_by__isnull', False), models.Q(('kind', 'direct_help'), ('payee__isnull', False), _connector='OR')), _connector='OR'), name='expense_state_asked_by_payee_check', violation_error_message='Say who asks, and who gets it.'),
        ),
        migrations.AddConstraint(
            model_name='expense',
            constraint=models.CheckConstraint(condition=models.Q(('ask', None), models.Q(('kind', 'direct_help'), ('payee', None)), _connector='OR'), name='expense_ask_kind_payee_check', violation_error_message='Only help for someone without an account names an ask.'),
        ),
        migrations.AddConstraint(
            model_name='expense',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('first_approver__isnull', False), ('state__in', ('approved', 'paid', 'reached', 'not_reached', 'spent', 'settled', 'closing', 'written_off')), models.Q(models.Q(('needs_two', False), ('second_approver', None)), ('second_approver__isnull', False), _connector='OR')), models.Q(models.Q(('state__in', ('approved', 'paid', 'reached', 'not_reached', 'spent', 'settled', 'closing', 'written_off')), _negated=True), ('second_approver', None), models.Q(('needs_two', True), ('first_approver', None), _connector='OR')), _connector='OR'), name='expense_state_approvers_check', violation_error_message='It is agreed once all have said yes who have to.'),
        ),
        migrations.AddConstraint(
            model_name='expense',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('paid_at__isnull', False), ('payer__isnull', False), ('payment__isnull', False), ('state__in', ('paid', 'reached', 'not_reached', 'spent', 'settled', 'closing', 'written_off'))), models.Q(models.Q(('state__in', ('paid', 'reached', 'not_reached', 'spent', 'settled', 'closing', 'written_off')), _negated=True), ('paid_at', None), ('payer', None), ('payment', None)), _connector='OR'), name='expense_state_payment_check', violation_error_message='What is paid has an entry, and someone who paid.'),
        ),
        migrations.AddConstraint(
            model_name='expense',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('kind', 'money_ahead'), ('spent__gte', 0), ('spent__isnull', False), ('spent__lte', models.F('amount')), ('state__in', ['spent', 'settled'])), models.Q(('state__in', ('closing', 'written_off')), models.Q(('spent', None), models.Q(('kind', 'money_ahead'), ('spent__gte', 0), ('spent__lte', models.F('amount'))), _connector='OR')), models.Q(models.Q(('state__in', ['spent', 'settled', 'closing', 'written_off']), _negated=True), ('spent', None)), _connector='OR'), name='expense_state_spent_check', violation_error_message='Write what was spent of it, and no more than it was.'),
        ),
        migrations.AddConstraint(
            model_name='expense',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('checked_by__isnull', False), ('ended_at__isnull', False), ('state', 'settled'), models.Q(models.Q(('rest', None), ('spent', models.F('amount'))), models.Q(('rest__isnull', False), ('spent__lt', models.F('amount'))), _connector='OR')), models.Q(('checked_by__isnull', False), ('ended_at__isnull', False), ('state', 'written_off'), models.Q(models.Q(('rest', None), ('write_off_back', 0)), models.Q(('rest__isnull', False), ('write_off_back__gt', 0)), _connector='OR')), models.Q(models.Q(('state__in', ['settled', 'written_off']), _negated=True), ('checked_by', None), ('rest', None)), _connector='OR'), name='expense_state_rest_check', violation_error_message='What was left over has an entry, and someone who took it.'),
        ),
        migrations.AddConstraint(
            model_name='expense',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state__in', ('closing', 'written_off')), ('write_off_approver__isnull', False), ('write_off_back__gte', 0), ('write_off_back__isnull', False), ('write_off_back__lte', models.F('amount')), ('write_off_saw', models.F('spending_version')), ('write_off_saw__isnull', False)), models.Q(models.Q(('state__in', ('closing', 'written_off')), _negated=True), ('write_off_approver', None), ('write_off_back', None), ('write_off_saw', None)), _connector='OR'), name='expense_state_write_off_check', violation_error_message='Write what came back, and no more than it was.'),
        ),
        migrations.AddConstraint(
            model_name='expense',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('write_off_approver', models.F('payee')), _negated=True), models.Q(('write_off_approver', models.F('asked_by')), _negated=True), models.Q(('write_off_approver', models.F('checked_by')), _negated=True)), name='expense_write_off_approver_check', violation_error_message='It takes two people, and neither closes their own.'),
        ),
        migrations.AlterConstraint(
            model_name='expense',
            name='expense_payer_first_approver_check',
            constraint=models.CheckConstraint(condition=models.Q(('needs_two', True), models.Q(('payer', models.F('first_approver')), _negated=True), _connector='OR'), name='expense_payer_first_approver_check', violation_error_message="Whoever said yes doesn't pay it out."),
        ),
    ]
