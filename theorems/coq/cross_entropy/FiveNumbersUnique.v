(* The five equations of the cross-entropy have at most one solution from a start: the numbers are closed.

   The x of a group of one class, which has no mode, is not among the numbers: S and q do not depend on it.

   Hypotheses: p, q >= 1; both solutions hold for t >= 0 and agree at t = 0.
   Computed by: ufm_simulation::ReducedCrossEntropyFlow.
   Source: this project. *)
From Coq Require Import Reals Lra Lia Psatz Bool List.
From Coquelicot Require Import Coquelicot.
From UFM Require Import FiniteSums Systems FiveNumbers FiveNumbersFlow.
Import ListNotations.
Open Scope R_scope.

Section Unique.
Variables (p q : nat) (m om : bool -> R).
Hypotheses (Hp : (0 < p)%nat) (Hq : (0 < q)%nat).
Notation k := (p + q)%nat.

(* The x of a group that has modes. *)
Definition counted (x : bool -> R -> R) (b : bool) (t : R) : R := if Nat.ltb 1 (group_size p q b) then x b t else 0.

Lemma along_counted x b r t : along p q b r (x b t) = along p q b r (counted x b t).
Proof.
  unfold counted. destruct (Nat.ltb_spec 1 (group_size p q b)) as [H | H]; [reflexivity|].
  destruct (sizes p q Hp Hq b) as [S1 [O1 [K1 _]]].
  assert (E1 : INR (group_size p q b) = 1).
  { pose proof (size_at_least_1 p q Hp Hq b). pose proof (le_INR _ 1 H) as L. simpl in L. lra. }
  unfold along, partition. rewrite E1. replace (- ((r - x b t) / 1)) with (- r + x b t) by field.
  replace (- ((r - 0) / 1)) with (- r) by field. rewrite exp_plus, exp_0.
  pose proof (exp_pos (- r)) as P. pose proof (exp_pos (x b t)) as P'. pose proof (Rmult_lt_0_compat _ _ O1 P) as P2.
  pose proof (Rmult_lt_0_compat _ _ P2 P') as P3. field. lra.
Qed.

Notation c b := (contrast_of p q b).
Let along_of (w : R -> R) (a x : bool -> R -> R) (b : bool) (t : R) : R := along p q b (logit_along p q w a b t) (counted x b t).
Let value (w : R -> R) (a x : bool -> R -> R) (i : nat) : R -> R :=
  match i with O => w | 1%nat => a true | 2%nat => a false | 3%nat => counted x true | _ => counted x false end.
Let rate_a (w : R -> R) a x b t : R := om b * w t * c b * along_of w a x b t.
Let rate_x (w : R -> R) a x b t : R := if Nat.ltb 1 (group_size p q b)
  then 2 * (sqrt (m b) * om b) * counted x b t * within_group p q b (logit_along p q w a b t) (counted x b t) else 0.
Let rate (w : R -> R) (a x : bool -> R -> R) (i : nat) (t : R) : R :=
  match i with
  | O => INR (group_size p q true) * m true * om true * c true * along_of w a x true t * a true t
         + INR (group_size p q false) * m false * om false * c false * along_of w a x false t * a false t
  | 1%nat => rate_a w a x true t | 2%nat => rate_a w a x false t | 3%nat => rate_x w a x true t | _ => rate_x w a x false t
  end.
Let all : list nat := [0; 1; 2; 3; 4]%nat.

Lemma five_as_list w a x : five_numbers p q m om w a x -> forall i t, In i all -> 0 <= t -> is_derive (value w a x i) t (rate w a x i t).
Proof.
  intros F i t Hi Ht. destruct (F t Ht) as [Dw D]. cbv beta zeta in Dw.
  assert (Da : forall b, is_derive (a b) t (rate_a w a x b t)).
  { intros b. destruct (D b) as [Da _]. cbv beta zeta in Da. rewrite along_counted in Da. exact Da. }
  assert (Dx : forall b, is_derive (counted x b) t (rate_x w a x b t)).
  { intros b. destruct (D b) as [_ Dx]. cbv beta zeta in Dx. unfold rate_x, counted.
    destruct (Nat.ltb_spec 1 (group_size p q b)) as [H | H]; [apply (Dx H) | apply (is_derive_const 0)]. }
  rewrite (along_counted x true), (along_counted x false) in Dw. unfold all in Hi. simpl in Hi.
  destruct Hi as [<- | [<- | [<- | [<- | [<- | []]]]]]; [exact Dw | apply Da | apply Da | apply Dx | apply Dx].
Qed.

Theorem five_numbers_unique w a x w' a' x' : five_numbers p q m om w a x -> five_numbers p q m om w' a' x' ->
  w 0 = w' 0 -> (forall b, a b 0 = a' b 0) -> (forall b, (2 <= group_size p q b)%nat -> x b 0 = x' b 0) ->
  forall t, 0 <= t -> w t = w' t /\ forall b, a b t = a' b t /\ ((2 <= group_size p q b)%nat -> x b t = x' b t).
Proof.
  intros F F' W0 A0 X0.
  assert (I : forall i, (i < 5)%nat -> In i all) by (intros i Hi; unfold all; simpl; lia).
  assert (E : forall i t, In i all -> 0 <= t -> value w a x i t = value w' a' x' i t).
  { apply (unique_solution all (value w a x) (value w' a' x') (rate w a x) (rate w' a' x')).
    - intros i t Hi Ht. split; apply five_as_list; assumption.
    - intros T e _ He C.
      assert (Cw : close (span T) e w w') by (apply (C O), I; lia).
      assert (Ca : forall b, close (span T) e (a b) (a' b)) by (intros []; [apply (C 1%nat) | apply (C 2%nat)]; apply I; lia).
      assert (Cx : forall b, close (span T) e (counted x b) (counted x' b)) by (intros []; [apply (C 3%nat) | apply (C 4%nat)]; apply I; lia).
      assert (Cr : forall b, close (span T) e (logit_along p q w a b) (logit_along p q w' a' b)).
      { intros b. apply close_mult; [apply close_mult; auto | apply close_const, He]. }
      assert (Cq : forall b, close (span T) e (along_of w a x b) (along_of w' a' x' b)).
      { intros b. apply (close_residuals p q Hp Hq (span T) e He b _ _ _ _ (Cr b) (Cx b)). }
      assert (Ra : forall b, close (span T) e (rate_a w a x b) (rate_a w' a' x' b)).
      { intros b. apply close_mult; [|apply Cq]. apply close_mult; [|apply close_const, He]. apply close_mult; [apply close_const, He | exact Cw]. }
      assert (Rx : forall b, close (span T) e (rate_x w a x b) (rate_x w' a' x' b)).
      { intros b. unfold rate_x. destruct (Nat.ltb_spec 1 (group_size p q b)) as [H | H]; [|apply close_const, He].
        apply close_mult; [apply close_mult; [apply close_const, He | apply Cx]|].
        apply (close_residuals p q Hp Hq (span T) e He b _ _ _ _ (Cr b) (Cx b)), H. }
      intros i Hi. unfold all in Hi. simpl in Hi. destruct Hi as [<- | [<- | [<- | [<- | [<- | []]]]]]; unfold rate; auto.
      apply close_plus; (apply close_mult; [apply close_mult; [apply close_const, He | apply Cq] | apply Ca]).
    - assert (XC : forall b, counted x b 0 = counted x' b 0).
      { intros b. unfold counted. destruct (Nat.ltb_spec 1 (group_size p q b)) as [H | H]; [apply X0, H | reflexivity]. }
      intros i Hi. unfold all in Hi. simpl in Hi. destruct Hi as [<- | [<- | [<- | [<- | [<- | []]]]]]; unfold value; auto. }
  intros t Ht. split; [apply (E O t); [apply I; lia | exact Ht]|].
  assert (EA : forall b, a b t = a' b t) by (intros []; [apply (E 1%nat t) | apply (E 2%nat t)]; try exact Ht; apply I; lia).
  assert (EX : forall b, counted x b t = counted x' b t) by (intros []; [apply (E 3%nat t) | apply (E 4%nat t)]; try exact Ht; apply I; lia).
  intros b. split; [apply EA|]. intros H. pose proof (EX b) as B. unfold counted in B.
  replace (Nat.ltb 1 (group_size p q b)) with true in B by (symmetry; apply Nat.ltb_lt; lia). exact B.
Qed.
End Unique.
